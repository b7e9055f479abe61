#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>

#include "aura/base/log.h"
#include "aura/base/thread_checker.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/catalogue/settings.h"
#include "aura/http/endpoint.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"
#include "message.h"

namespace aura::http {

/// The jobs table, over a database connection of its own, and what handlers keep between requests.
/// Call from one thread only: the thread of Routes::later().
class JobsDatabase {
 public:
  /// Does not connect yet. The caller keeps `instruments` and `reader` alive. Throws
  /// std::bad_alloc.
  JobsDatabase(const EndpointSettings& settings, const metrics::Instruments& instruments,
               const catalogue::CatalogueReader& reader, const Log& log);

  /// Returns the connection, which connects at its first use.
  postgres::Connection& connection();

  /// Returns the jobs table. Looks for it until it is found, and again after note_failure(). Throws
  /// queue::NoQueueTable if it does not exist, DatabaseLost and DatabaseError.
  const queue::QueueTable& table();

  /// Returns the operator's songs. Looks for their tables until they are found, and again after
  /// note_failure(). Throws Unavailable if they do not exist, DatabaseLost and DatabaseError.
  catalogue::Catalogue catalogue();

  /// Logs what clients must not see: the message may name hosts and tables. Forgets the
  /// tables, which may have gone.
  void note_failure(const std::exception& failure);

  /// Returns what `make` returned at most `keep_for` ago; calls it otherwise. Throws what `make`
  /// throws.
  template <typename Make>
  const Response& summary(std::chrono::seconds keep_for, Make make) {
    thread_.check();
    if (!summary_ || Clock::now() - summary_at_ >= keep_for) {
      summary_ = make();
      summary_at_ = Clock::now();
    }
    return *summary_;
  }

  const metrics::Instruments& instruments() const noexcept { return instruments_; }
  const catalogue::CatalogueReader& catalogue_reader() const noexcept { return reader_; }
  const catalogue::CatalogueSettings& similarity() const noexcept { return similarity_; }

 private:
  using Clock = std::chrono::steady_clock;

  const metrics::Instruments& instruments_;
  const catalogue::CatalogueReader& reader_;
  const catalogue::CatalogueSettings similarity_;
  const Log log_;
  const std::optional<std::string> wanted_table_;

  [[no_unique_address]] ThreadChecker thread_;
  postgres::Connection connection_ AURA_GUARDED_BY(thread_);
  std::optional<queue::QueueTable> table_ AURA_GUARDED_BY(thread_);
  bool has_catalogue_ AURA_GUARDED_BY(thread_) = false;
  std::optional<Response> summary_ AURA_GUARDED_BY(thread_);
  Clock::time_point summary_at_ AURA_GUARDED_BY(thread_){};
};

}  // namespace aura::http
