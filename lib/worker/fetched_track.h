#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "aura/fetch/fetcher.h"
#include "aura/fetch/shared_downloads.h"
#include "aura/queue/queue.h"
#include "shared_measurements.h"

namespace aura::worker {

/// Downloads that ended: the file or the error.
struct FetchedTrack {
  fetch::Outcome outcome;
  std::chrono::milliseconds took{};
  /// That of the track to compare with; nothing if the job names none.
  std::optional<fetch::Outcome> reference{};
  /// What another run has measured of the same content; nothing if none did.
  SharedMeasurements::Measured measured{};

  /// Returns the file; nullptr after an error.
  const fetch::Download* download() const noexcept {
    return std::get_if<fetch::Download>(&outcome);
  }
  /// Returns the file of the reference; nullptr after an error or without one.
  const fetch::Download* reference_download() const noexcept {
    return reference ? std::get_if<fetch::Download>(&*reference) : nullptr;
  }
  /// Returns the size of the files; 0 after errors.
  std::size_t bytes() const {
    const auto size = [](const fetch::Download* file) {
      return file == nullptr ? 0 : static_cast<std::size_t>(file->file.size());
    };
    return size(download()) + size(reference_download());
  }
};

/// Receives the downloads of one job. Must be quick and must not throw.
using Fetched = std::function<void(FetchedTrack)>;

/// Downloads the track of `job` and its reference, if it names one, at the same time, and returns
/// immediately. Jobs of one `group` share downloads. Calls `done` once, from the thread of
/// `fetcher`, which `downloads` uses too. Throws what SharedDownloads::start() throws; then `done`
/// is not called. Thread-safe.
void fetch_track(const fetch::SharedDownloads& downloads, const fetch::Fetcher& fetcher,
                 const queue::Job& job, const std::string& group, const std::stop_token& stop,
                 Fetched done);

}  // namespace aura::worker
