#include "outage.h"

namespace aura::worker {
namespace {

constexpr std::chrono::minutes kSayAgainAfter{1};
constexpr queue::BackoffPolicy kWait{std::chrono::milliseconds(500), std::chrono::seconds(5)};

std::int64_t seconds_between(Outage::Clock::time_point from, Outage::Clock::time_point to) {
  return std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
}

}  // namespace

std::chrono::milliseconds Outage::failed(std::string_view what, std::string_view why,
                                         Clock::time_point now) noexcept {
  if (failures_++ == 0) since_ = now;
  try {
    say(what, why, now);
    return queue::backoff(kWait, failures_);
  } catch (const std::exception&) {
    // Memory is exhausted: the next failure is logged.
    return queue::backoff(kWait, failures_, 0.5);
  }
}

void Outage::say(std::string_view what, std::string_view why, Clock::time_point now) {
  auto line = std::string(what);
  if (!why.empty()) line += ": " + std::string(why);
  if (last_said_ && now - *last_said_ < kSayAgainAfter && line == said_) return;
  log_.error(line, {{"since_s", seconds_between(since_, now)}, {"tries", std::int64_t{failures_}}});
  last_said_ = now;
  said_ = std::move(line);
}

void Outage::over(Clock::time_point now) noexcept {
  if (failures_ == 0) return;
  try {
    log_.info("all is well again", {{"after_s", seconds_between(since_, now)}});
  } catch (const std::exception&) {
    // Memory is exhausted.
  }
  failures_ = 0;
  last_said_.reset();
}

}  // namespace aura::worker
