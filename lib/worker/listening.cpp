#include "listening.h"

#include <string>
#include <utility>

#include "aura/base/wait.h"
#include "aura/queue/backoff.h"
#include "aura/queue/listener.h"

namespace aura::worker {
namespace {

using std::chrono::milliseconds;

/// How long a connection may be silent before the server is asked whether it is there.
constexpr milliseconds kCheckAfter{15'000};
/// Poolers come and go with deployments.
constexpr milliseconds kTryAgainAfter = std::chrono::minutes(10);

}  // namespace

void Listening::run(const std::stop_token& stop) noexcept {
  while (!stop.stop_requested()) {
    milliseconds wait = kTryAgainAfter;
    try {
      listen(stop);
    } catch (const std::exception& error) {
      if (stop.stop_requested()) return;
      wait = outage_.failed("not woken by new jobs, looking for them every POLL_INTERVAL",
                            error.what());
    }
    wait_for(queue::jittered(wait), stop);
  }
}

void Listening::listen(const std::stop_token& stop) {
  queue::Listener listener(settings_.database.direct_url, stop);
  if (!listener.listen(settings_.database.url)) {
    outage_.over();
    if (std::exchange(said_unheard_, true)) return;
    log_.warning(
        "notifications don't get through to " + settings_.database.direct_url.display +
        ", as with a pooler in transaction mode: looking for jobs every POLL_INTERVAL; DIRECT_URL "
        "may name the database past the pooler");
    return;
  }
  outage_.over();
  log_.info("woken by new jobs");
  running_.wake();  // for what was inserted before
  while (!stop.stop_requested()) {
    if (listener.wait(queue::jittered(kCheckAfter))) {
      running_.wake();
    } else if (!stop.stop_requested()) {
      listener.check();
    }
  }
}

}  // namespace aura::worker
