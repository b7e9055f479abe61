#pragma once

#include <map>
#include <stop_token>

#include "aura/base/log.h"
#include "aura/queue/aids.h"
#include "aura/worker/settings.h"

namespace aura::worker {

/// Prunes the history and the pictures, and sees to it that what helps on the jobs table is there,
/// at start and every now and then: some producers' migrations drop what they don't know. One
/// thread.
class Upkeep {
 public:
  Upkeep(const WorkerSettings& settings, const queue::QueueTable& table, const Log& log)
      : settings_(settings), table_(table), log_(log) {}

  /// Checks and mends until `stop` asks. Throws nothing.
  void run(const std::stop_token& stop) noexcept;

 private:
  /// Whether all is done; what isn't doesn't keep the rest. Throws DatabaseLost.
  bool look_after(queue::Connection& connection, const std::stop_token& stop);
  void say(const queue::AidReport& report);

  const WorkerSettings& settings_;
  const queue::QueueTable& table_;
  Log log_;
  std::map<queue::Aid, queue::AidState> said_;
};

}  // namespace aura::worker
