#include "repeat_limit.h"

#include <algorithm>

namespace aura {

std::optional<int> RepeatLimit::admit(const std::string& key, Clock::time_point now) {
  const auto is_over = [&](const Seen& seen) { return now - seen.since >= kWindow; };
  const auto found = seen_.find(key);
  if (found == seen_.end()) {
    if (seen_.size() >= kMostKeys)
      std::erase_if(seen_, [&](const auto& entry) { return is_over(entry.second); });
    if (seen_.size() < kMostKeys) seen_.emplace(key, Seen{now, 1});
    return 0;
  }
  auto& seen = found->second;
  if (is_over(seen)) {
    const int held_back = std::max(0, seen.times - kMost);
    seen = {now, 1};
    return held_back;
  }
  return ++seen.times > kMost ? std::nullopt : std::optional(0);
}

}  // namespace aura
