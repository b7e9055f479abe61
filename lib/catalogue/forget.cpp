#include "aura/catalogue/forget.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <vector>

#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "sql_files.h"

namespace aura::catalogue {
namespace {

/// A person waits; a user may have many jobs.
constexpr std::chrono::seconds kPatience{30};
constexpr std::size_t kBatch = 1000;

/// Returns the ids that the statement `sql` finds for `value`, a client's; none if `value` does not
/// fit the column's type.
std::vector<std::string> find_ids(postgres::Connection& connection, const queue::QueueTable& table,
                                  const char* sql, const std::string& value) try {
  std::vector<std::string> ids;
  for (const auto& row :
       connection.session().execute_with(postgres::Values::kOfClient, kPatience,
                                         postgres::fill_in(sql, {{"{jobs}", table.quoted}}), value))
    ids.push_back(row[0].as<std::string>());
  return ids;
} catch (const postgres::RowRefused&) {
  return {};
}

Forgotten forget(postgres::Connection& connection, const std::vector<std::string>& ids) {
  Forgotten forgotten{.jobs = static_cast<std::int64_t>(ids.size())};
  for (std::size_t begin = 0; begin < ids.size(); begin += kBatch) {
    const auto end = std::min(ids.size(), begin + kBatch);
    const nlohmann::json batch(std::vector(ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                           ids.begin() + static_cast<std::ptrdiff_t>(end)));
    const auto rows =
        connection.session().execute_within(kPatience, sql::kForgetJobs, batch.dump());
    forgotten.links += rows[0][0].as<std::int64_t>();
    forgotten.pictures += rows[0][1].as<std::int64_t>();
    forgotten.parts += rows[0][2].as<std::int64_t>();
  }
  return forgotten;
}

}  // namespace

Forgotten forget_job(postgres::Connection& connection, const queue::QueueTable& table,
                     const std::string& job_id) {
  return forget(connection, find_ids(connection, table, sql::kFindJob, job_id));
}

Forgotten forget_user(postgres::Connection& connection, const queue::QueueTable& table,
                      const std::string& user_id) {
  return forget(connection, find_ids(connection, table, sql::kFindJobsOfUser, user_id));
}

}  // namespace aura::catalogue
