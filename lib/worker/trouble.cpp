#include "trouble.h"

#include <algorithm>

namespace aura::worker {

void Trouble::met(std::string_view why) noexcept {
  const Lock lock(mutex_);
  until_ = Clock::now() + outage_.failed("this worker is in trouble and holds back", why);
  instruments_.set_in_trouble(true);
}

void Trouble::over() noexcept {
  const Lock lock(mutex_);
  outage_.over();
  instruments_.set_in_trouble(false);
}

bool Trouble::is_on() const {
  const Lock lock(mutex_);
  return outage_.is_on();
}

std::chrono::milliseconds Trouble::left() const {
  const Lock lock(mutex_);
  const auto left = outage_.is_on() ? until_ - Clock::now() : Clock::duration(0);
  return std::max(std::chrono::milliseconds(0), std::chrono::ceil<std::chrono::milliseconds>(left));
}

}  // namespace aura::worker
