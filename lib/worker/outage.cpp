#include "outage.h"

namespace aura::worker {
namespace {

constexpr std::chrono::minutes kSayAgainAfter{1};
constexpr queue::BackoffPolicy kWait{std::chrono::milliseconds(500), std::chrono::seconds(5)};

std::int64_t seconds_between(Outage::Clock::time_point from, Outage::Clock::time_point to) {
  return std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
}

}  // namespace

std::chrono::milliseconds Outage::failed(std::string_view what, Clock::time_point now) {
  if (failures_++ == 0) since_ = now;
  if (!last_said_ || now - *last_said_ >= kSayAgainAfter || what != said_) {
    last_said_ = now;
    said_ = what;
    log_.error(what,
               {{"since_s", seconds_between(since_, now)}, {"tries", std::int64_t{failures_}}});
  }
  return queue::backoff(kWait, failures_);
}

void Outage::over(Clock::time_point now) {
  if (failures_ == 0) return;
  log_.info("all is well again", {{"after_s", seconds_between(since_, now)}});
  failures_ = 0;
  last_said_.reset();
}

}  // namespace aura::worker
