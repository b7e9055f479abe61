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

/// How a run ended.
enum class Outcome {
  kCompleted,
  kFailed,     ///< for good
  kRetried,    ///< failed; its job waits for another attempt
  kPostponed,  ///< put back because the host asked to wait
  kReleased,   ///< put back at no cost: at shutdown, or in trouble of the worker
  kCancelled,  ///< its row was deleted, edited or cancelled
  kLost,       ///< its lease was lost or unsure
};

/// A part of a run's time. In the sandbox, decoding and measuring overlap: kDecode is the wait for
/// samples, kFeatures the measuring.
enum class Stage { kFetch, kDecode, kFeatures, kSave };
inline constexpr std::size_t kStages = 4;
/// Returns the label of `stage`: "fetch", "decode", "features", "save". The text lives until the
/// process ends. Thread-safe.
const char* name_of(Stage stage);

/// The state of the whole queue, for all workers together.
struct QueueDepth {
  std::int64_t queued = 0;
  std::int64_t processing = 0;
  double oldest_age_s = 0;     ///< Age of the oldest queued job; 0 if none is queued.
  std::int64_t set_aside = 0;  ///< Jobs whose rows refuse to be written.
};

/// Counts what this process does, for Prometheus, /healthz, /readyz and the page. Thread-safe. The
/// caller keeps it alive while any thread uses it.
class Instruments {
 public:
  /// Turns `build` into the labels of aura_build_info. `threads` is how many jobs run at the same
  /// time.
  Instruments(const std::map<std::string, std::string>& build, int threads);
  ~Instruments();
  Instruments(const Instruments&) = delete;
  Instruments& operator=(const Instruments&) = delete;

  /// Counts one run that ended.
  void count(Outcome outcome);
  /// Returns how many runs ended with `outcome`.
  std::int64_t counted(Outcome outcome) const;
  /// Counts writes of progress or outcome that the queue refused: the run was lost or cancelled.
  void count_refused_writes(int writes = 1);
  /// Returns how many writes the queue refused.
  std::int64_t refused_writes() const;
  /// Counts a job that was set aside because its row refused a write.
  void count_set_aside();
  /// Counts runs of lost workers that this worker ended.
  void count_rescued(std::size_t runs);

  /// Records the duration of one stage of one run.
  void observe(Stage stage, std::chrono::nanoseconds took);
  /// Records the duration of a completed run: fetch, decode, features and save, without the wait
  /// for a thread.
  void observe_job(std::chrono::milliseconds took);
  /// Returns the moving average of a stage's duration over some 20 runs. Returns nothing before the
  /// first run.
  std::optional<std::chrono::duration<double>> mean(Stage stage) const;

  /// Counts downloaded bytes.
  void add_fetched(std::size_t bytes);
  /// Counts bytes that another job's download brought.
  void add_shared(std::size_t bytes);
  /// Counts a track whose measurements were known: nothing was decoded. `seconds` of audio.
  void count_cache_hit(double seconds);
  /// Counts a track that was measured.
  void count_cache_miss();
  /// Counts a failure to read or write stored measurements.
  void count_cache_failure();
  /// Counts parts that were deleted because the store was full.
  void count_cache_evicted(std::int64_t parts);
  /// Records how many bytes all stored measurements take, and the limit.
  void set_cache_size(std::int64_t bytes, std::uint64_t limit);
  /// Records how many songs of the catalogue a search can find, how many it can't because another
  /// release has measured them, the bytes of the index, and whether there is no search at all: it
  /// is too large or not prepared.
  void set_catalogue(std::int64_t songs, std::int64_t stale, std::size_t index_bytes,
                     bool is_unsearchable);
  /// Counts a failure to read the catalogue.
  void count_catalogue_failure();
  /// Counts seconds of audio that were measured.
  void add_audio(double seconds);
  /// Counts a track that neural networks have tagged, and the time that they took of its stages.
  void count_tagged(std::chrono::nanoseconds took);
  /// Counts a thread of the pool as busy, until its thread_ends().
  void thread_begins();
  void thread_ends();

  /// Records that the dispatcher is not stuck.
  void note_turn();
  /// Returns the time of the last note_turn(); at first, the time of construction.
  std::chrono::steady_clock::time_point last_turn() const;
  /// Records that the database is ready, so that the worker can take jobs.
  void set_prepared();
  /// Returns whether set_prepared() has been called.
  bool is_prepared() const;
  /// Records whether trouble of the worker itself keeps it from taking jobs.
  void set_in_trouble(bool is_in_trouble);
  /// Returns the last value of set_in_trouble(); at first false.
  bool is_in_trouble() const;
  /// Records that the worker takes no further jobs because it stops.
  void set_draining();
  /// Returns whether set_draining() has been called.
  bool is_draining() const;

  /// Returns all metrics in Prometheus' text format. Omits the queue's metrics without `depth`.
  /// `database_errors` is the total since the process started.
  std::string text(const std::optional<QueueDepth>& depth, std::uint64_t database_errors) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::metrics
