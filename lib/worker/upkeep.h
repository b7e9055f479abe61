#pragma once

#include <chrono>
#include <map>
#include <stop_token>

#include "aura/base/log.h"
#include "aura/queue/aids.h"
#include "aura/worker/settings.h"
#include "outage.h"

namespace aura::worker {

/// Prunes the history and the pictures, and sees to it that what helps on the jobs table is there,
/// at start and every now and then: some producers' migrations drop what they don't know. One
/// thread.
class Upkeep {
 public:
  Upkeep(const WorkerSettings& settings, const queue::QueueTable& table, const Log& log)
      : settings_(settings),
        table_(table),
        log_(log),
        runs_outage_(log),
        pictures_outage_(log),
        aids_outage_(log) {}

  /// Checks and mends until `stop` asks. Throws nothing.
  void run(const std::stop_token& stop) noexcept;

 private:
  /// Whether all is done; what fails keeps nothing else.
  bool look_after(const std::stop_token& stop);
  void say(const queue::AidReport& report);

  const WorkerSettings& settings_;
  const queue::QueueTable& table_;
  Log log_;
  using Clock = std::chrono::steady_clock;
  std::map<queue::Aid, queue::AidState> said_;
  Clock::time_point next_build_{};  ///< of an index
  Outage runs_outage_, pictures_outage_, aids_outage_;
};

}  // namespace aura::worker
