#include "upkeep.h"

#include <string>

#include "aura/base/wait.h"
#include "aura/queue/backoff.h"
#include "aura/queue/queue.h"

namespace aura::worker {
namespace {

using std::chrono::milliseconds;

constexpr int kPruneBatch = 1000;
constexpr milliseconds kCheckEvery = std::chrono::minutes(10);
/// After the database was away or the table was locked.
constexpr milliseconds kTryAgainAfter = std::chrono::seconds(30);

}  // namespace

void Upkeep::run(const std::stop_token& stop) noexcept {
  do {
    auto wait = kCheckEvery;
    try {
      // Opened anew each time: it is seldom used.
      queue::Connection connection(settings_.database.url);
      prune(connection, stop);
      for (const auto& report :
           queue::ensure_aids(connection, table_, settings_.database.fair_by_user, stop)) {
        say(report);
        if (report.state == queue::AidState::kBusy) wait = kTryAgainAfter;
      }
    } catch (const std::exception& error) {
      log_.debug("the jobs table can't be looked after: " + std::string(error.what()));
      wait = kTryAgainAfter;
    }
    wait_for(queue::jittered(wait), stop);
  } while (!stop.stop_requested());
}

void Upkeep::prune(queue::Connection& connection, const std::stop_token& stop) {
  queue::Queue queue(connection, table_);
  const auto all_of = [&](auto&& prune_batch) {
    std::int64_t all = 0;
    for (int pruned = kPruneBatch; pruned == kPruneBatch && !stop.stop_requested(); all += pruned)
      pruned = prune_batch();
    return all;
  };
  const auto runs = all_of([&] { return queue.prune(settings_.run_retention, kPruneBatch); });
  if (runs > 0) log_.info("pruned old runs", {{"runs", runs}});
  const auto pictures =
      all_of([&] { return queue.prune_pictures(settings_.picture_retention, kPruneBatch); });
  if (pictures > 0) log_.info("pruned old pictures", {{"jobs", pictures}});
}

void Upkeep::say(const queue::AidReport& report) {
  const auto said = said_.find(report.aid);
  if (said != said_.end() && said->second == report.state) return;
  said_[report.aid] = report.state;
  const std::string aid(queue::describe(report.aid));
  if (report.state == queue::AidState::kMade) {
    log_.info("made " + aid + " on " + table_.quoted);
  } else if (report.state == queue::AidState::kRefused) {
    log_.warning("may not make " + aid + " on " + table_.quoted + " (" + report.why +
                 "), so works slower than it could: run aura migrate as the table's owner");
  }
}

}  // namespace aura::worker
