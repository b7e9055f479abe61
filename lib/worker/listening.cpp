#include "listening.h"

#include <string>
#include <utility>

#include "aura/base/wait.h"
#include "aura/catalogue/catalogue.h"
#include "aura/queue/backoff.h"
#include "aura/queue/listener.h"

namespace aura::worker {
namespace {

using std::chrono::milliseconds;

/// A connection that is silent for this long is checked.
constexpr milliseconds kCheckAfter{15'000};
/// A new deployment may have changed the pooler meanwhile.
constexpr milliseconds kTryAgainAfter = std::chrono::minutes(10);

}  // namespace

void Listening::run(const std::stop_token& stop) noexcept {
  thread_.check();
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
  thread_.check();
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
  listener.also_listen(catalogue::kCatalogueChannel);
  outage_.over();
  log_.info("woken by new jobs");
  // For what was inserted before.
  running_.wake();
  catalogue_.wake();
  while (!stop.stop_requested()) {
    if (const auto channel = listener.wait(queue::jittered(kCheckAfter))) {
      if (channel == queue::Listener::kJobsChannel)
        running_.wake();
      else
        catalogue_.wake();
    } else if (!stop.stop_requested()) {
      listener.check();
    }
  }
}

}  // namespace aura::worker
