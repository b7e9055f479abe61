#include "shared_measurements.h"

#include <new>

namespace aura::worker {

std::unique_ptr<SharedMeasurements::Turn> SharedMeasurements::begin(const Content& content,
                                                                    Ready ready) {
  Measured measured;
  {
    const Lock lock(mutex_);
    const auto [place, is_first] = measuring_.try_emplace(content);
    if (is_first) {
      try {
        return std::make_unique<Turn>(*this, content);
      } catch (const std::bad_alloc&) {
        measuring_.erase(place);  // others would wait for nobody
        throw;
      }
    }
    measured = place->second.measured;
    if (!measured) {
      place->second.waiting.push_back(std::move(ready));
      return nullptr;
    }
  }
  ready(std::move(measured));
  return nullptr;
}

void SharedMeasurements::share(const Content& content, const Measured& measured) {
  std::vector<Ready> waiting;
  {
    const Lock lock(mutex_);
    auto& measuring = measuring_.at(content);
    measuring.measured = measured;
    waiting.swap(measuring.waiting);
  }
  for (const auto& ready : waiting) ready(measured);
}

void SharedMeasurements::end(const Content& content) noexcept {
  std::vector<Ready> waiting;
  {
    const Lock lock(mutex_);
    const auto place = measuring_.find(content);
    waiting.swap(place->second.waiting);
    measuring_.erase(place);
  }
  for (const auto& ready : waiting) ready(nullptr);
}

}  // namespace aura::worker
