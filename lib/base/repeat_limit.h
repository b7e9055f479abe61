#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace aura {

/// Holds back what repeats too often: of the same key, what comes beyond `kMost` times within
/// `kWindow`. Remembers `kMostKeys` keys at most, those that it holds back and the latest. Not
/// thread-safe.
class RepeatLimit {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr int kMost = 10;
  static constexpr std::chrono::seconds kWindow{60};
  static constexpr std::size_t kMostKeys = 1000;

  /// Nothing if `key` is to be held back at `now`; else how many of it were since it last wasn't.
  std::optional<int> admit(const std::string& key, Clock::time_point now = Clock::now());

 private:
  struct Seen {
    Clock::time_point since;
    int times = 0;
  };
  std::map<std::string, Seen> seen_;
};

}  // namespace aura
