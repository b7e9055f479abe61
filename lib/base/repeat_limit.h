#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace aura {

/// Holds back events that repeat too often: more than `kMost` events of one key within `kWindow`.
/// Remembers at most `kMostKeys` keys: the keys that it holds back, and the latest. Not
/// thread-safe.
class RepeatLimit {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr int kMost = 10;
  static constexpr std::chrono::seconds kWindow{60};
  static constexpr std::size_t kMostKeys = 1000;

  /// Counts an event of `key` at `now`. Returns nothing if it is to be held back; otherwise how
  /// many events of `key` were held back since it returned a number last.
  std::optional<int> admit(const std::string& key, Clock::time_point now = Clock::now());

 private:
  struct Seen {
    Clock::time_point since;
    int times = 0;
  };
  std::map<std::string, Seen> seen_;
};

}  // namespace aura
