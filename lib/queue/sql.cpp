#include "sql.h"

#include <limits>
#include <utility>

#include "aura/postgres/template.h"
#include "sql_files.h"

namespace aura::queue {
namespace {

/// Formats for to_char() of a time in UTC: ISO 8601 for people, and with milliseconds for programs.
constexpr std::string_view kIso = R"sql('YYYY-MM-DD"T"HH24:MI:SS"Z"')sql";
constexpr std::string_view kIsoMs = R"sql('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')sql";

/// The user of jobs without a user. No web app uses this name.
constexpr std::string_view kNobody = "\x01nobody";

std::string width(int column) {
  return std::to_string(column > 0 ? column : std::numeric_limits<int>::max());
}

std::string_view now(bool has_zone) {
  return has_zone ? "now()" : "(now() AT TIME ZONE 'UTC')::timestamp(3)";
}

std::string_view utc(bool has_zone) {
  return has_zone ? " AT TIME ZONE 'UTC'" : "";
}

}  // namespace

std::string for_table(std::string_view sql, const QueueTable& table) {
  return postgres::fill_in(std::string(sql), {{"{jobs}", table.quoted},
                                              {"{id}", table.id_type},
                                              {"{status}", table.status_type},
                                              {"{touched}", sql::kTouched},  // holds {now}
                                              {"{now}", now(table.updated_has_zone)},
                                              {"{completed_now}", now(table.completed_has_zone)},
                                              {"{created_now}", now(table.created_has_zone)},
                                              {"{created_utc}", utc(table.created_has_zone)},
                                              {"{updated_utc}", utc(table.updated_has_zone)},
                                              {"{completed_utc}", utc(table.completed_has_zone)},
                                              {"{error_width}", width(table.error_width)},
                                              {"{model_width}", width(table.model_width)},
                                              {"{iso}", kIso},
                                              {"{iso_ms}", kIsoMs},
                                              {"{nobody}", kNobody},
                                              {"{newest_link}", sql::kNewestLink},
                                              {"{batch}", std::to_string(kStatementBatch)}});
}

}  // namespace aura::queue
