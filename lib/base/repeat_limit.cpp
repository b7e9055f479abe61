#include "repeat_limit.h"

#include <algorithm>
#include <utility>

namespace aura {

std::optional<int> RepeatLimit::admit(const std::string& key, Clock::time_point now) {
  const auto found = seen_.find(key);
  if (found == seen_.end()) {
    if (seen_.size() >= kMostKeys) {
      // The longest known, and one that owes no count if there is any.
      const auto worth = [](const auto& entry) {
        return std::pair(entry.second.times > kMost, entry.second.since);
      };
      seen_.erase(std::min_element(
          seen_.begin(), seen_.end(),
          [&](const auto& one, const auto& other) { return worth(one) < worth(other); }));
    }
    seen_.emplace(key, Seen{now, 1});
    return 0;
  }
  auto& seen = found->second;
  if (now - seen.since >= kWindow) {
    const int held_back = std::max(0, seen.times - kMost);
    seen = {now, 1};
    return held_back;
  }
  return ++seen.times > kMost ? std::nullopt : std::optional(0);
}

}  // namespace aura
