#include "catalogue_keeper.h"

#include <chrono>
#include <exception>
#include <string>

#include "aura/base/error.h"
#include "aura/base/wait.h"
#include "aura/postgres/connection.h"
#include "aura/queue/backoff.h"

namespace aura::worker {

using catalogue::CatalogueReader;
using catalogue::IndexState;
using std::chrono::milliseconds;

namespace {

/// A song is found at most so much later than after CatalogueReader::kInterval.
constexpr double kJitter = 0.05;
/// An import adds song by song: they are read together.
constexpr milliseconds kRest{500};

}  // namespace

void CatalogueKeeper::run(const std::stop_token& stop) noexcept {
  thread_.check();
  auto next_full = Clock::now();
  while (!stop.stop_requested()) {
    const bool is_full = Clock::now() >= next_full;
    try {
      if (look(is_full ? CatalogueReader::Scope::kFull : CatalogueReader::Scope::kRecent, stop))
        say();
      if (is_full) next_full = Clock::now() + queue::jittered(CatalogueReader::kInterval, kJitter);
    } catch (const std::exception& error) {
      if (stop.stop_requested()) return;
      instruments_.count_catalogue_failure();
      next_full =
          Clock::now() +
          outage_.failed("the catalogue can't be read: hits are those known before", error.what());
    }
    if (!wait_for(kRest, stop)) return;
    wait_for_news(next_full, stop);
  }
}

bool CatalogueKeeper::look(CatalogueReader::Scope scope, const std::stop_token& stop) {
  thread_.check();
  try {
    postgres::Connection connection(settings_.database.url);
    reader_.refresh(connection, scope, stop);
    outage_.over();
    return true;
  } catch (const Stopped&) {
    return false;
  }
}

void CatalogueKeeper::wake() {
  {
    const Lock lock(mutex_);
    has_news_ = true;
  }
  news_.notify_one();
}

void CatalogueKeeper::wait_for_news(Clock::time_point until, const std::stop_token& stop) {
  Lock lock(mutex_);
  news_.wait_for(lock, stop, std::chrono::ceil<milliseconds>(until - Clock::now()),
                 [this]() AURA_REQUIRES(mutex_) { return has_news_; });
  has_news_ = false;
}

/// Says what changed for the operator, not each row.
void CatalogueKeeper::say() {
  thread_.check();
  const auto now = reader_.status();
  instruments_.set_catalogue(
      now.rows, now.stale, now.bytes,
      now.state == IndexState::kTooLarge || now.state == IndexState::kUnavailable);
  const bool is_new = now.state != said_.state;
  if (is_new && now.state == IndexState::kReady) {
    log_.info("similar hits come from the catalogue", {{"songs", now.rows}, {"by", now.kind}});
  } else if (now.state == IndexState::kReady && now.kind != said_.kind) {
    log_.info("songs of the catalogue are compared by another kind of vector",
              {{"by", now.kind}, {"before", said_.kind}});
  } else if (now.state == IndexState::kUnavailable && now.problem != said_.problem) {
    log_.warning("jobs have no similar hits: " + now.problem);
  } else if (is_new && now.state == IndexState::kTooLarge) {
    log_.warning(
        "the catalogue does not fit into CATALOGUE_MAX_MB: jobs have no similar hits until it is "
        "raised, or CATALOGUE_INDEX is pgvector",
        {{"songs", now.rows},
         {"max_mb", static_cast<std::int64_t>(settings_.catalogue.max_bytes >> 20)}});
  }
  if (now.stale != said_.stale && now.stale > 0) {
    log_.warning(
        "songs of the catalogue were measured by another release and can't be found: run aura "
        "catalogue remeasure",
        {{"songs", now.stale}});
  }
  if (now.lacking > 0 && said_.lacking == 0) {
    log_.warning(
        "songs of the catalogue lack the better kind of vector, so it is not in use: run aura "
        "catalogue remeasure",
        {{"songs", now.lacking}, {"lack", now.preferred}, {"in_use", now.kind}});
  }
  said_ = now;
}

}  // namespace aura::worker
