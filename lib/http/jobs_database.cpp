#include "jobs_database.h"

#include "catalogue_terms.h"
#include "unavailable.h"

namespace aura::http {

JobsDatabase::JobsDatabase(const EndpointSettings& settings,
                           const metrics::Instruments& instruments,
                           const catalogue::CatalogueReader& reader, const Log& log)
    : instruments_(instruments),
      reader_(reader),
      similarity_(settings.catalogue),
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

catalogue::Catalogue JobsDatabase::catalogue() {
  thread_.check();
  catalogue::Catalogue songs(connection_);
  if (!has_catalogue_ && !songs.exists()) throw Unavailable(kNoCatalogue);
  has_catalogue_ = true;
  return songs;
}

void JobsDatabase::note_failure(const std::exception& failure) {
  thread_.check();
  log_.warning("a request can't be answered: " + std::string(failure.what()));
  table_.reset();
  has_catalogue_ = false;
}

}  // namespace aura::http
