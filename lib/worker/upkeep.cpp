#include "upkeep.h"

#include <string>

#include "aura/base/wait.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/measurement_store.h"
#include "aura/queue/backoff.h"
#include "aura/queue/queue.h"

namespace aura::worker {
namespace {

using std::chrono::milliseconds;

constexpr int kPruneBatch = 1000;
constexpr int kPicturesBatch = 100;  // they are large
constexpr int kPartsBatch = 200;
constexpr int kLinksBatch = 5000;
constexpr int kRowsBatch = 1000;
constexpr milliseconds kCheckEvery = std::chrono::minutes(10);
/// After the database was away or the table was locked.
constexpr milliseconds kTryAgainAfter = std::chrono::seconds(30);
/// After a limit has cut off the building of an index, which may read a large table in vain.
constexpr milliseconds kBuildAgainAfter = std::chrono::hours(1);

}  // namespace

void Upkeep::run(const std::stop_token& stop) noexcept {
  do {
    wait_for(queue::jittered(look_after(stop) ? kCheckEvery : kTryAgainAfter), stop);
  } while (!stop.stop_requested());
}

namespace {

/// Calls `prune(batch)` until it prunes fewer. Returns how many it pruned together.
template <typename Prune>
std::int64_t prune_all(int batch, const std::stop_token& stop, Prune prune) {
  std::int64_t all = 0;
  for (int pruned = batch; pruned == batch && !stop.stop_requested(); all += pruned)
    pruned = prune(batch);
  return all;
}

}  // namespace

/// With CACHE=off too: the store may be left from before, and other workers may use it.
void Upkeep::prune_store(postgres::Connection& connection, const std::stop_token& stop) {
  thread_.check();
  const auto& limits = settings_.cache.limits;
  const auto old = prune_all(kPartsBatch, stop, [&](int most) {
    return catalogue::prune_old_parts(connection, limits, most);
  });
  if (old > 0) log_.info("pruned measurements that no job used", {{"parts", old}});
  const auto evicted = prune_all(kPartsBatch, stop, [&](int most) {
    return catalogue::prune_large_store(connection, limits, most);
  });
  if (evicted > 0) log_.info("pruned measurements beyond CACHE_MAX_MB", {{"parts", evicted}});
  instruments_.count_cache_evicted(evicted);
  instruments_.set_cache_size(catalogue::measure_store(connection), limits.max_bytes);
  prune_all(kRowsBatch, stop, [&](int most) { return catalogue::prune_removed(connection, most); });
  using catalogue::Link;
  last_link_ = catalogue::prune_links(connection, table_, Link::kTrack, last_link_, kLinksBatch);
  last_reference_ =
      catalogue::prune_links(connection, table_, Link::kReference, last_reference_, kLinksBatch);
}

bool Upkeep::look_after(const std::stop_token& stop) {
  thread_.check();
  bool is_done = true;
  const auto see_to = [&](Outage& outage, const char* failure, const auto& task) {
    try {
      task();
      outage.over();
    } catch (const std::exception& error) {
      is_done = false;
      // A stop cancels long statements, which is no failure.
      if (!stop.stop_requested()) outage.failed(failure, error.what());
    }
  };
  // Not kept open: it is seldom used.
  postgres::Connection connection(settings_.database.url);
  queue::Queue queue(connection, table_);
  see_to(runs_outage_, "old runs can't be pruned", [&] {
    const auto runs = prune_all(
        kPruneBatch, stop, [&](int most) { return queue.prune(settings_.run_retention, most); });
    if (runs > 0) log_.info("pruned old runs", {{"runs", runs}});
  });
  see_to(pictures_outage_, "old pictures can't be pruned", [&] {
    const auto pictures = prune_all(kPicturesBatch, stop, [&](int most) {
      return queue.prune_pictures(
          std::chrono::hours(24) * settings_.cache.limits.picture_retention_days, most);
    });
    if (pictures > 0) log_.info("pruned old pictures", {{"jobs", pictures}});
  });
  see_to(store_outage_, "stored measurements can't be pruned",
         [&] { prune_store(connection, stop); });
  see_to(aids_outage_, "what helps on the jobs table can't be looked after", [&] {
    thread_.check();
    for (const auto& report :
         queue::ensure_aids(connection, table_, settings_.database.fair_by_user, stop,
                            {settings_.database.direct_url, Clock::now() >= next_build_})) {
      say(report);
      if (report.state == queue::AidState::kBusy) is_done = false;
      if (report.state == queue::AidState::kCutOff) next_build_ = Clock::now() + kBuildAgainAfter;
    }
  });
  return is_done;
}

void Upkeep::say(const queue::AidReport& report) {
  thread_.check();
  const auto said = said_.find(report.aid);
  if (said != said_.end() && said->second == report.state) return;
  said_[report.aid] = report.state;
  const std::string aid(queue::describe(report.aid));
  if (report.state == queue::AidState::kMade) {
    log_.info("made " + aid + " on " + table_.quoted);
  } else if (report.state == queue::AidState::kCutOff) {
    log_.warning(
        "a limit cut off the building of " + aid + " on " + table_.quoted + " (" + report.why +
        "), so works slower than it could, and tries again in an hour: set DIRECT_URL to the "
        "database itself, past the pooler, or lift the limit of its role");
  } else if (report.state == queue::AidState::kRefused) {
    log_.warning("may not make " + aid + " on " + table_.quoted + " (" + report.why +
                 "), so works slower than it could: run aura migrate as the table's owner");
  }
}

}  // namespace aura::worker
