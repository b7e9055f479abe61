#include "aura/metrics/instruments.h"

#include <catch2/catch.hpp>

using aura::metrics::Instruments;
using aura::metrics::Outcome;
using aura::metrics::QueueDepth;
using aura::metrics::Stage;
using Catch::Matchers::Contains;
using std::chrono::milliseconds;

TEST_CASE("instruments: what is counted is in the text, under its name") {
  Instruments instruments({{"version", "1.2.3"}}, 4);
  instruments.count(Outcome::kCompleted);
  instruments.count(Outcome::kCompleted);
  instruments.count(Outcome::kLost);
  instruments.count_refused_writes(3);
  instruments.count_rescued(5);
  instruments.observe(Stage::kDecode, milliseconds(40));
  instruments.observe_job(milliseconds(700));
  instruments.add_fetched(1000);
  instruments.add_audio(180.5);
  instruments.count_tagged(milliseconds(250));
  instruments.thread_begins();
  CHECK(instruments.counted(Outcome::kCompleted) == 2);
  CHECK(instruments.refused_writes() == 3);

  const auto text = instruments.text(QueueDepth{7, 2, 12.5}, 6);
  for (const char* line : {"aura_jobs_total{outcome=\"completed\"} 2\n",
                           "aura_jobs_total{outcome=\"lost\"} 1\n",
                           "aura_jobs_total{outcome=\"failed\"} 0\n",
                           "aura_writes_refused_total 3\n",
                           "aura_crashes_rescued_total 5\n",
                           "aura_stage_duration_seconds_bucket{stage=\"decode\",le=\"0.05\"} 1\n",
                           "aura_stage_duration_seconds_bucket{stage=\"decode\",le=\"0.025\"} 0\n",
                           "aura_job_duration_seconds_sum 0.7",
                           "aura_fetched_bytes_total 1000\n",
                           "aura_audio_seconds_total 180.5\n",
                           "aura_tagged_tracks_total 1\n",
                           "aura_tagging_seconds_total 0.25\n",
                           "aura_threads 4\n",
                           "aura_threads_busy 1\n",
                           "aura_queue_jobs{status=\"queued\"} 7\n",
                           "aura_queue_jobs{status=\"processing\"} 2\n",
                           "aura_queue_oldest_age_seconds 12.5\n",
                           "aura_database_errors_total 6\n",
                           "aura_build_info{version=\"1.2.3\"} 1\n",
                           "aura_draining 0\n"}) {
    CHECK_THAT(text, Contains(line));
  }
}

TEST_CASE("instruments: a queue that can't be looked at has no depth, not an old one") {
  const Instruments instruments({{"version", "1"}}, 1);
  CHECK_THAT(instruments.text(QueueDepth{7, 2, 1}, 0), Contains("aura_queue_jobs{"));
  CHECK_THAT(instruments.text(std::nullopt, 0), !Contains("aura_queue"));
}

TEST_CASE("instruments: a stage has a mean once it was observed") {
  Instruments instruments({{"version", "1"}}, 1);
  CHECK(!instruments.mean(Stage::kFetch));
  instruments.observe(Stage::kFetch, milliseconds(100));
  instruments.observe(Stage::kFetch, milliseconds(300));
  CHECK(instruments.mean(Stage::kFetch)->count() == Approx(0.2));
}

TEST_CASE("instruments: the mean follows what a stage takes lately") {
  Instruments instruments({{"version", "1"}}, 1);
  for (int i = 0; i < 1000; ++i) instruments.observe(Stage::kFetch, milliseconds(100));
  for (int i = 0; i < 100; ++i) instruments.observe(Stage::kFetch, milliseconds(900));
  // What is left of the past: 0.95 to the 100th, of 0.8 s.
  CHECK(instruments.mean(Stage::kFetch)->count() == Approx(0.9).margin(0.005));
}

TEST_CASE("instruments: a turn is noted, and the end of turning") {
  Instruments instruments({{"version", "1"}}, 1);
  const auto before = std::chrono::steady_clock::now();
  instruments.note_turn();
  CHECK(instruments.last_turn() >= before);
  CHECK(!instruments.is_draining());
  instruments.set_draining();
  CHECK(instruments.is_draining());
}
