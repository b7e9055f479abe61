#include "aura/metrics/instruments.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

namespace aura::metrics {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using SteadyClock = std::chrono::steady_clock;

constexpr std::array kOutcomes{"completed", "failed",    "retried", "postponed",
                               "released",  "cancelled", "lost"};
constexpr std::array<const char*, kStages> kStageNames{"fetch", "decode", "features", "save"};

/// Returns upper bounds in seconds, up to FETCH_TIMEOUT's default.
Histogram::BucketBoundaries buckets() {
  return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300};
}

/// Each run changes the moving average by 1/kRecentRuns.
constexpr int kRecentRuns = 20;

double in_seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

const char* name_of(Stage stage) {
  return kStageNames[static_cast<std::size_t>(stage)];
}

struct Instruments::Impl {
  Counter& counter(const char* name, const char* help) {
    return BuildCounter().Name(name).Help(help).Register(registry).Add({});
  }
  Gauge& gauge(const char* name, const char* help) {
    return BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }

  prometheus::Registry registry;
  std::array<Counter*, kOutcomes.size()> jobs{};
  std::array<Histogram*, kStages> stages{};
  struct Recent {
    mutable std::mutex mutex;
    int runs = 0;  ///< at most kRecentRuns
    double mean_s = 0;
  };
  std::array<Recent, kStages> recent{};

  Counter& refused =
      counter("aura_writes_refused_total",
              "Writes of progress or outcome after their run was lost or cancelled.");
  Counter& rescued =
      counter("aura_crashes_rescued_total", "Runs of lost workers that this worker ended.");
  Counter& set_asides = counter("aura_jobs_set_aside_total",
                                "Times that a job was set aside because its row refused a write.");
  Counter& fetched = counter("aura_fetched_bytes_total", "Bytes of audio files downloaded.");
  Counter& audio = counter("aura_audio_seconds_total", "Seconds of audio measured.");
  Counter& tagged = counter("aura_tagged_tracks_total", "Tracks that a neural model has tagged.");
  Counter& tagging = counter("aura_tagging_seconds_total", "Seconds of threads spent on tagging.");
  Counter& shared = counter("aura_fetched_shared_bytes_total",
                            "Bytes of audio files that another job's download brought.");
  Counter& hits = counter("aura_cache_hits_total", "Tracks whose measurements were known.");
  Counter& misses = counter("aura_cache_misses_total", "Tracks that were measured.");
  Counter& saved = counter("aura_cache_saved_audio_seconds_total",
                           "Seconds of audio whose measurements were known.");
  Counter& cache_failures =
      counter("aura_cache_failures_total", "Failures to read or write stored measurements.");
  Counter& evicted = counter("aura_cache_evicted_parts_total",
                             "Stored parts deleted by this process because the store was full.");
  Gauge& songs = gauge("aura_catalogue_songs", "Songs that similar hits are looked for among.");
  Gauge& stale_songs = gauge("aura_catalogue_stale_songs",
                             "Songs that can't be found: measured by another release.");
  Gauge& index_bytes =
      gauge("aura_catalogue_index_bytes", "Bytes of the catalogue's index in memory.");
  Gauge& unsearchable =
      gauge("aura_catalogue_unsearchable",
            "1 while the catalogue is too large to be searched, or not prepared for pgvector.");
  Counter& catalogue_failures =
      counter("aura_catalogue_failures_total", "Failures to read the catalogue.");
  Gauge& cache_bytes = gauge("aura_cache_bytes", "Bytes that all stored measurements take.");
  Gauge& cache_limit = gauge("aura_cache_max_bytes", "Limit of aura_cache_bytes: CACHE_MAX_MB.");
  Counter& errors =
      counter("aura_database_errors_total", "Statements and connections that failed.");
  Histogram& job = BuildHistogram()
                       .Name("aura_job_duration_seconds")
                       .Help("Time of a completed job, without the wait for a thread.")
                       .Register(registry)
                       .Add({}, buckets());
  Gauge& threads = gauge("aura_threads", "Jobs that this process runs at the same time.");
  Gauge& busy = gauge("aura_threads_busy", "Threads that run a job.");
  Gauge& trouble =
      gauge("aura_in_trouble", "1 while trouble of this worker keeps it from taking jobs.");
  Gauge& draining = gauge("aura_draining", "1 while this process stops and claims no jobs.");
  Gauge& turned =
      gauge("aura_last_turn_timestamp_seconds", "When the dispatcher last looked for jobs.");
  prometheus::Family<Gauge>& queue =
      BuildGauge()
          .Name("aura_queue_jobs")
          .Help("Jobs of the whole queue; counts at most 100,001 queued jobs.")
          .Register(registry);
  Gauge& queued = queue.Add({{"status", "queued"}});
  Gauge& processing = queue.Add({{"status", "processing"}});
  Gauge& set_aside = gauge("aura_queue_set_aside_jobs",
                           "Jobs of the whole queue whose rows refuse to be written.");
  Gauge& oldest =
      gauge("aura_queue_oldest_age_seconds", "How long the oldest queued job has waited.");

  std::atomic<SteadyClock::time_point> last_turn{SteadyClock::now()};
  std::atomic<bool> prepared{false};
  std::mutex mutex;  ///< makes text() run once at a time
};

Instruments::Instruments(const std::map<std::string, std::string>& build, int threads)
    : impl_(std::make_unique<Impl>()) {
  auto& jobs = BuildCounter()
                   .Name("aura_jobs_total")
                   .Help("Runs of this process by outcome.")
                   .Register(impl_->registry);
  for (std::size_t i = 0; i < kOutcomes.size(); ++i)
    impl_->jobs[i] = &jobs.Add({{"outcome", kOutcomes[i]}});
  auto& stages = BuildHistogram()
                     .Name("aura_stage_duration_seconds")
                     .Help("Time of a stage; decode is the wait for samples.")
                     .Register(impl_->registry);
  for (std::size_t i = 0; i < kStages; ++i)
    impl_->stages[i] = &stages.Add({{"stage", kStageNames[i]}}, buckets());
  BuildGauge()
      .Name("aura_build_info")
      .Help("Always 1; the labels name the build.")
      .Register(impl_->registry)
      .Add(build)
      .Set(1);
  impl_->threads.Set(threads);
}

Instruments::~Instruments() = default;

void Instruments::count(Outcome outcome) {
  impl_->jobs[static_cast<std::size_t>(outcome)]->Increment();
}

std::int64_t Instruments::counted(Outcome outcome) const {
  return static_cast<std::int64_t>(impl_->jobs[static_cast<std::size_t>(outcome)]->Value());
}

void Instruments::count_refused_writes(int writes) {
  impl_->refused.Increment(writes);
}

std::int64_t Instruments::refused_writes() const {
  return static_cast<std::int64_t>(impl_->refused.Value());
}

void Instruments::count_set_aside() {
  impl_->set_asides.Increment();
}

void Instruments::count_rescued(std::size_t runs) {
  impl_->rescued.Increment(static_cast<double>(runs));
}

void Instruments::observe(Stage stage, std::chrono::nanoseconds took) {
  const auto i = static_cast<std::size_t>(stage);
  impl_->stages[i]->Observe(in_seconds(took));
  auto& recent = impl_->recent[i];
  const std::lock_guard lock(recent.mutex);
  recent.runs = std::min(recent.runs + 1, kRecentRuns);
  recent.mean_s += (in_seconds(took) - recent.mean_s) / recent.runs;
}

void Instruments::observe_job(std::chrono::milliseconds took) {
  impl_->job.Observe(in_seconds(took));
}

std::optional<std::chrono::duration<double>> Instruments::mean(Stage stage) const {
  const auto& recent = impl_->recent[static_cast<std::size_t>(stage)];
  const std::lock_guard lock(recent.mutex);
  if (recent.runs == 0) return std::nullopt;
  return std::chrono::duration<double>(recent.mean_s);
}

void Instruments::add_fetched(std::size_t bytes) {
  impl_->fetched.Increment(static_cast<double>(bytes));
}

void Instruments::add_shared(std::size_t bytes) {
  impl_->shared.Increment(static_cast<double>(bytes));
}

void Instruments::count_cache_hit(double seconds) {
  impl_->hits.Increment();
  impl_->saved.Increment(seconds);
}

void Instruments::count_cache_miss() {
  impl_->misses.Increment();
}

void Instruments::count_cache_failure() {
  impl_->cache_failures.Increment();
}

void Instruments::set_catalogue(std::int64_t songs, std::int64_t stale, std::size_t index_bytes,
                                bool is_unsearchable) {
  impl_->songs.Set(static_cast<double>(songs));
  impl_->stale_songs.Set(static_cast<double>(stale));
  impl_->index_bytes.Set(static_cast<double>(index_bytes));
  impl_->unsearchable.Set(is_unsearchable ? 1 : 0);
}

void Instruments::count_catalogue_failure() {
  impl_->catalogue_failures.Increment();
}

void Instruments::count_cache_evicted(std::int64_t parts) {
  impl_->evicted.Increment(static_cast<double>(parts));
}

void Instruments::set_cache_size(std::int64_t bytes, std::uint64_t limit) {
  impl_->cache_bytes.Set(static_cast<double>(bytes));
  impl_->cache_limit.Set(static_cast<double>(limit));
}

void Instruments::add_audio(double seconds) {
  impl_->audio.Increment(seconds);
}

void Instruments::count_tagged(std::chrono::nanoseconds took) {
  impl_->tagged.Increment();
  impl_->tagging.Increment(in_seconds(took));
}

void Instruments::thread_begins() {
  impl_->busy.Increment();
}

void Instruments::thread_ends() {
  impl_->busy.Decrement();
}

void Instruments::note_turn() {
  impl_->last_turn = SteadyClock::now();
  impl_->turned.SetToCurrentTime();
}

std::chrono::steady_clock::time_point Instruments::last_turn() const {
  return impl_->last_turn;
}

void Instruments::set_prepared() {
  impl_->prepared = true;
}

bool Instruments::is_prepared() const {
  return impl_->prepared;
}

void Instruments::set_in_trouble(bool is_in_trouble) {
  impl_->trouble.Set(is_in_trouble ? 1 : 0);
}

bool Instruments::is_in_trouble() const {
  return impl_->trouble.Value() != 0;
}

void Instruments::set_draining() {
  impl_->draining.Set(1);
}

bool Instruments::is_draining() const {
  return impl_->draining.Value() != 0;
}

std::string Instruments::text(const std::optional<QueueDepth>& depth,
                              std::uint64_t database_errors) const {
  const std::lock_guard lock(impl_->mutex);
  impl_->errors.Increment(static_cast<double>(database_errors) - impl_->errors.Value());
  if (depth) {
    impl_->queued.Set(static_cast<double>(depth->queued));
    impl_->processing.Set(static_cast<double>(depth->processing));
    impl_->oldest.Set(depth->oldest_age_s);
    impl_->set_aside.Set(static_cast<double>(depth->set_aside));
  }
  auto families = impl_->registry.Collect();
  // An outdated number would mislead alerts.
  if (!depth) {
    std::erase_if(families,
                  [](const auto& family) { return family.name.starts_with("aura_queue"); });
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace aura::metrics
