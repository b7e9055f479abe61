#include "fetched_track.h"

#include <exception>
#include <memory>
#include <utility>

namespace aura::worker {
namespace {

using Clock = std::chrono::steady_clock;

/// Whether the job names a file to compare with; else it may hold a title, or nothing.
bool has_reference_url(const queue::Job& job) {
  return job.reference_url &&
         (job.reference_url->starts_with("http://") || job.reference_url->starts_with("https://"));
}

/// What has arrived of one job. Everything arrives in the fetcher's one thread, so it needs no
/// lock.
struct Arrivals {
  std::optional<fetch::Outcome> track{};
  std::optional<fetch::Outcome> reference{};
  bool has_reference = false;
  Clock::time_point started = Clock::now();
  Fetched done{};

  void check() {
    if (!track || (has_reference && !reference)) return;
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
    done({.outcome = std::move(*track), .took = took, .reference = std::move(reference)});
  }
};

}  // namespace

void fetch_track(const fetch::SharedDownloads& downloads, const fetch::Fetcher& fetcher,
                 const queue::Job& job, const std::string& group, const std::stop_token& stop,
                 Fetched done) {
  const auto arrivals = std::make_shared<Arrivals>();
  arrivals->has_reference = has_reference_url(job);
  arrivals->done = std::move(done);
  downloads.start(job.audio_url, group, stop, [arrivals](fetch::Outcome outcome) {
    arrivals->track = std::move(outcome);
    arrivals->check();
  });
  if (!arrivals->has_reference) return;
  const auto note_reference = [arrivals](fetch::Outcome outcome) {
    arrivals->reference = std::move(outcome);
    arrivals->check();
  };
  try {
    downloads.start(*job.reference_url, group, stop, note_reference);
  } catch (const std::exception&) {
    // The track is under way already and needs an answer for both.
    fetcher.post([note_reference, error = std::current_exception()] { note_reference(error); });
  }
}

}  // namespace aura::worker
