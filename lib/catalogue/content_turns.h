#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <stop_token>
#include <unordered_map>

#include "aura/base/error.h"
#include "aura/base/mutex.h"
#include "aura/base/sha256.h"

namespace aura::catalogue {

/// Lets one thread at a time work on a content, and remembers whose it is: the place of the song
/// whose texts its row has. Thread-safe.
class ContentTurns {
 public:
  /// Holds a content from its constructor to its destructor. The caller keeps the ContentTurns
  /// alive.
  class Turn {
   public:
    /// Blocks while another turn has `content`. Throws Stopped if `stop` is requested before.
    Turn(ContentTurns& turns, const Sha256& content, const std::stop_token& stop)
        : turns_(turns), content_(content) {
      Lock lock(turns_.mutex_);
      auto& held = turns_.held_[content];
      if (!turns_.ended_.wait(lock, stop, [&held] { return !held.is_busy; })) throw Stopped();
      held.is_busy = true;
    }
    ~Turn() {
      const Lock lock(turns_.mutex_);
      turns_.held_.at(content_).is_busy = false;
      turns_.ended_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    /// Returns the place of the owner; nothing before own().
    std::optional<std::size_t> owner() const {
      const Lock lock(turns_.mutex_);
      const auto place = turns_.held_.at(content_).owner;
      return place == kNobody ? std::nullopt : std::optional(place);
    }
    void own(std::size_t place) {
      const Lock lock(turns_.mutex_);
      turns_.held_.at(content_).owner = place;
    }

   private:
    ContentTurns& turns_;
    const Sha256 content_;
  };

 private:
  static constexpr auto kNobody = std::numeric_limits<std::size_t>::max();
  struct Held {
    std::size_t owner = kNobody;
    bool is_busy = false;
  };
  struct Hash {
    std::size_t operator()(const Sha256& hash) const noexcept {
      std::size_t value = 0;
      for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8U | hash[i];
      return value;
    }
  };

  Mutex mutex_;
  ConditionVariable ended_;
  // Its elements stay where they are when it grows.
  std::unordered_map<Sha256, Held, Hash> held_ AURA_GUARDED_BY(mutex_);
};

}  // namespace aura::catalogue
