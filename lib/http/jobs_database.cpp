#include "jobs_database.h"

namespace aura::http {

JobsDatabase::JobsDatabase(const EndpointSettings& settings,
                           const metrics::Instruments& instruments, const Log& log)
    : instruments_(instruments),
      log_(log),
      wanted_table_(settings.table),
      connection_(settings.database) {}

postgres::Connection& JobsDatabase::connection() {
  thread_.check();
  return connection_;
}

const queue::QueueTable& JobsDatabase::table() {
  thread_.check();
  if (!table_) table_ = queue::find_queue_table(connection_, wanted_table_);
  return *table_;
}

void JobsDatabase::note_failure(const std::exception& failure) {
  thread_.check();
  log_.warning("a request can't be answered: " + std::string(failure.what()));
  table_.reset();
}

}  // namespace aura::http
