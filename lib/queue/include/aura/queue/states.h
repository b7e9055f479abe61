#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace aura::queue {

/// The "status" of a job's row. The producer owns these words. The worker ignores rows with other
/// words.
enum class JobStatus {
  kQueued,      ///< waits for a worker, or for its next attempt
  kProcessing,  ///< a worker holds the job
  kCompleted,   ///< the row holds the result
  kFailed,      ///< failed for good; "errorMessage" says why
};

/// The state of a run: one attempt of one worker at one job. The words are the words of aura.run.
enum class RunState {
  kRunning,     ///< a worker holds the lease
  kCompleted,   ///< the result is in the job's row
  kRetrying,    ///< failed; the job waits for another attempt
  kFailed,      ///< failed for good
  kPostponed,   ///< the host asked to wait; costs no attempt
  kReleased,    ///< put back at shutdown or because of worker trouble; costs no attempt
  kCancelled,   ///< the job's row was deleted, edited or cancelled
  kSuperseded,  ///< the job was set back to queued and claimed again
  kLost,        ///< the lease ran out
};

/// The words, in the order of the enumerators.
inline constexpr std::array<std::string_view, 4> kJobStatuses{"queued", "processing", "completed",
                                                              "failed"};
inline constexpr std::array<std::string_view, 9> kRunStates{"running",   "completed",  "retrying",
                                                            "failed",    "postponed",  "released",
                                                            "cancelled", "superseded", "lost"};

/// Return the word that the database uses. Thread-safe.
constexpr std::string_view text_of(JobStatus status) noexcept {
  return kJobStatuses[static_cast<std::size_t>(status)];
}
constexpr std::string_view text_of(RunState state) noexcept {
  return kRunStates[static_cast<std::size_t>(state)];
}

}  // namespace aura::queue
