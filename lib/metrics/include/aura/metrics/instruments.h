#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace aura::metrics {

/// How a run of this process ended.
enum class Outcome {
  kCompleted,
  kFailed,     ///< for good
  kRetried,    ///< failed, and its job waits for another attempt
  kPostponed,  ///< put off for its host
  kReleased,   ///< put back at shutdown
  kCancelled,  ///< its row was deleted or taken back
  kLost,       ///< its lease was lost or unsure
};

/// What a run's time goes to. kDecode is the wait for samples: in the sandbox some are decoded
/// while those before are measured, which is kFeatures.
enum class Stage { kFetch, kDecode, kFeatures, kSave };
inline constexpr std::size_t kStages = 4;
/// As labels have it: "fetch", "decode", "features", "save".
const char* name_of(Stage stage);

/// The queue as a whole, every worker's part of it.
struct QueueDepth {
  std::int64_t queued = 0;
  std::int64_t processing = 0;
  double oldest_age_s = 0;     ///< of those queued; 0 without any
  std::int64_t set_aside = 0;  ///< their rows refuse to be written
};

/// What this process has done and is doing, for Prometheus and for itself. Thread-safe.
class Instruments {
 public:
  /// `build` becomes the labels of aura_build_info.
  Instruments(const std::map<std::string, std::string>& build, int threads);
  ~Instruments();
  Instruments(const Instruments&) = delete;
  Instruments& operator=(const Instruments&) = delete;

  void count(Outcome outcome);
  std::int64_t counted(Outcome outcome) const;
  /// Writes of progress or outcome that the queue refused, the run being lost or its job taken
  /// back.
  void count_refused_writes(int writes = 1);
  std::int64_t refused_writes() const;
  /// A job that was set aside, its row refusing what was to be written.
  void count_set_aside();
  /// Runs of lost workers that this one put back.
  void count_rescued(std::size_t runs);

  void observe(Stage stage, std::chrono::nanoseconds took);
  /// A completed run's fetch, decode, features and save, without the wait for a thread.
  void observe_job(std::chrono::milliseconds took);
  /// What that stage has taken lately, on average over some twenty runs; nothing before the first.
  std::optional<std::chrono::duration<double>> mean(Stage stage) const;

  void add_fetched(std::size_t bytes);
  void add_audio(double seconds);
  void thread_begins();
  void thread_ends();

  /// The dispatcher has come round.
  void note_turn();
  std::chrono::steady_clock::time_point last_turn() const;
  /// The database has all that the dispatcher needs: jobs can be taken from now on.
  void set_prepared();
  bool is_prepared() const;
  /// Whether trouble of its own keeps the worker from taking jobs.
  void set_in_trouble(bool is_in_trouble);
  bool is_in_trouble() const;
  void set_draining();
  bool is_draining() const;

  /// All of it in Prometheus' text format, with `depth` where it is known and how many errors there
  /// were in talking to the database.
  std::string text(const std::optional<QueueDepth>& depth, std::uint64_t database_errors) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::metrics
