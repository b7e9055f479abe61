#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace aura::queue {

/// What a job's row says in "status". The producer owns these words. Rows may hold other words,
/// which the worker leaves alone.
enum class JobStatus {
  kQueued,      ///< waits for a worker, or for its next attempt
  kProcessing,  ///< a worker holds it
  kCompleted,   ///< its row holds the result
  kFailed,      ///< failed for good; "errorMessage" says why
};

/// What became of a run: one attempt by one worker at one job. The words are those of aura.run.
enum class RunState {
  kRunning,     ///< a worker holds the lease
  kCompleted,   ///< the result is in the job's row
  kRetrying,    ///< failed; the job waits for another attempt
  kFailed,      ///< failed for good
  kPostponed,   ///< the host asked to wait; costs no attempt
  kReleased,    ///< put back at shutdown or for trouble of the worker; costs no attempt
  kCancelled,   ///< the job's row was deleted or taken back meanwhile
  kSuperseded,  ///< the job was set back to queued and claimed anew
  kLost,        ///< the lease ran out
};

inline constexpr std::array<std::string_view, 4> kJobStatuses{"queued", "processing", "completed",
                                                              "failed"};
inline constexpr std::array<std::string_view, 9> kRunStates{"running",   "completed",  "retrying",
                                                            "failed",    "postponed",  "released",
                                                            "cancelled", "superseded", "lost"};

/// Return the word that the database holds. Thread-safe.
constexpr std::string_view text_of(JobStatus status) noexcept {
  return kJobStatuses[static_cast<std::size_t>(status)];
}
constexpr std::string_view text_of(RunState state) noexcept {
  return kRunStates[static_cast<std::size_t>(state)];
}

}  // namespace aura::queue
