#include "aura/queue/producer.h"

#include <chrono>
#include <random>

#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "sql.h"
#include "sql_files.h"

namespace aura::queue {
namespace {

/// The table may be locked.
constexpr std::chrono::seconds kPatience{10};

/// Returns an id like Prisma's cuid(): "c", the time, and random letters and digits; 25 characters.
/// Later ids sort after earlier ids.
std::string make_cuid() {
  static constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count();
  std::string time;
  for (; ms > 0; ms /= 36) time.insert(time.begin(), kDigits[static_cast<std::size_t>(ms % 36)]);
  std::string id = "c" + time;
  std::random_device random;
  std::uniform_int_distribution<std::size_t> digit(0, kDigits.size() - 1);
  while (id.size() < 25) id += kDigits[digit(random)];
  return id;
}

/// Returns a random UUID of version 4.
std::string make_uuid() {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  std::random_device random;
  for (char& digit : id) {
    if (digit == 'x') digit = kDigits[random() % 16];
    if (digit == 'y') digit = kDigits[8 + random() % 4];
  }
  return id;
}

/// Returns a new id for a column of this type.
std::string make_id(std::string_view type) {
  return type == "pg_catalog.uuid" ? make_uuid() : make_cuid();
}

/// Returns whether the type is a number, which only the table's default can provide.
bool is_number(std::string_view type) {
  return type == "pg_catalog.int2" || type == "pg_catalog.int4" || type == "pg_catalog.int8";
}

}  // namespace

std::string enqueue(postgres::Connection& connection, const QueueTable& table,
                    const Submission& submission) {
  auto job_id = make_id(table.job_id_type);
  const auto id = is_number(table.id_type) ? "DEFAULT" : "'" + make_id(table.id_type) + "'";
  connection.session().execute_with(
      postgres::Values::kOfClient, kPatience,
      for_table(postgres::fill_in(sql::kEnqueue, {{"{new_id}", id}}), table), submission.user_id,
      job_id, submission.track_title, submission.artist_name, submission.genre,
      submission.audio_url, submission.lyrics);
  return job_id;
}

}  // namespace aura::queue
