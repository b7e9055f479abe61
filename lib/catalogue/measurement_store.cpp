#include "aura/catalogue/measurement_store.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "aura/analysis/stored.h"
#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "rows.h"
#include "sql_files.h"

namespace aura::catalogue {
namespace {

/// A job waits, which can do without the store.
constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::seconds kPatienceOfUpkeep{30};

/// Today's versions as SQL's array of "part version".
std::string wanted_parts() {
  std::string text;
  for (const auto part : analysis::kParts) {
    text += (text.empty() ? "{\"" : ",\"") + std::string(name_of(part)) + " " +
            analysis::stored_version(part) + "\"";
  }
  return text + "}";
}

/// Returns the parts of `measured` that `known` lacks, for the statement that stores them.
std::string missing_parts(const analysis::KnownParts& known,
                          const analysis::Measurements& measured) {
  std::string text;
  for (const auto part : analysis::kParts) {
    if (known.has(part)) continue;
    text += (text.empty() ? "" : ",") + std::string(R"({"part":")") + std::string(name_of(part)) +
            R"(","version":")" + analysis::stored_version(part) + R"(","measured":)" +
            analysis::to_stored_part(measured, part) + "}";
  }
  return "[" + text + "]";
}

std::string with_row_bytes(const char* sql) {
  return postgres::fill_in(sql, {{"{row_bytes}", sql::kRowBytes}});
}

std::string with_stored_parts(const char* sql) {
  return postgres::fill_in(sql, {{"{stored_parts}", sql::kStoredParts}});
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

MeasurementStore::MeasurementStore(postgres::Connection& connection, Sharing sharing)
    : connection_(connection), sharing_(sharing) {}

Sha256 MeasurementStore::key_of(const Sha256& content, const std::optional<std::string>& user) {
  if (sharing_ == Sharing::kAll) return content;
  if (!secret_) {
    const auto rows = connection_.session().execute_within(
        kPatience, "SELECT encode(secret, 'hex') FROM aura.installation");
    if (rows.empty()) throw postgres::DatabaseError("aura.installation has no row");
    secret_ = sha256(bytes_of(rows[0][0].as<std::string>()));
  }
  const std::string message = to_hex(content) + *user;  // the hash has a fixed length
  return hmac_sha256(*secret_, bytes_of(message));
}

StoredParts MeasurementStore::find(const Sha256& content, const std::optional<std::string>& user) {
  StoredParts stored{.key = key_of(content, user), .parts = {}};
  const auto rows = connection_.session().execute_within(kPatience, sql::kFindParts,
                                                         bytea(stored.key), wanted_parts());
  for (const auto& row : rows) read_part(row, stored.parts);
  return stored;
}

void MeasurementStore::store(const StoredParts& stored, const analysis::Measurements& measured,
                             std::int64_t run_id) {
  connection_.session().execute_within(kPatience, with_stored_parts(sql::kStoreParts), run_id,
                                       bytea(stored.key), missing_parts(stored.parts, measured),
                                       is_complete(stored.parts));
}

void MeasurementStore::store_reference(const StoredParts& stored,
                                       const analysis::Measurements& measured,
                                       std::int64_t run_id) {
  connection_.session().execute_within(kPatience, with_stored_parts(sql::kStoreReference), run_id,
                                       bytea(stored.key), missing_parts(stored.parts, measured));
}

void MeasurementStore::store_file(const StoredParts& stored,
                                  const analysis::Measurements& measured) {
  connection_.session().execute_within(kPatience, sql::kStoreFileParts, bytea(stored.key),
                                       missing_parts(stored.parts, measured));
}

int prune_old_parts(postgres::Connection& connection, const StoreLimits& limits, int limit) {
  return static_cast<int>(connection.session()
                              .execute_within(kPatienceOfUpkeep, sql::kPruneOldParts,
                                              limits.retention_days, limits.picture_retention_days,
                                              limit)
                              .size());
}

int prune_large_store(postgres::Connection& connection, const StoreLimits& limits, int limit) {
  return static_cast<int>(connection.session()
                              .execute_within(kPatienceOfUpkeep,
                                              with_row_bytes(sql::kPruneLargeStore),
                                              static_cast<std::int64_t>(limits.max_bytes), limit)
                              .size());
}

std::int64_t measure_store(postgres::Connection& connection) {
  return connection.session()
      .execute_within(kPatienceOfUpkeep, with_row_bytes(sql::kMeasureStore))[0][0]
      .as<std::int64_t>();
}

std::string prune_links(postgres::Connection& connection, const queue::QueueTable& table, Link link,
                        const std::string& after, int limit) {
  const auto* links = link == Link::kTrack ? "aura.job_content" : "aura.job_reference";
  const auto sql = postgres::fill_in(
      sql::kPruneLinks, {{"{links}", links}, {"{jobs}", table.quoted}, {"{id}", table.id_type}});
  const auto rows = connection.session().execute_within(kPatienceOfUpkeep, sql, after, limit);
  return rows[0][0].as<int>() < limit ? std::string() : rows[0][1].as<std::string>();
}

}  // namespace aura::catalogue
