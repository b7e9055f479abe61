#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "aura/fetch/fetcher.h"

namespace aura::fetch {

/// Lets calls that want one file at the same time share one download. Thread-safe.
class SharedDownloads {
 public:
  /// Downloads with `fetcher`. The caller keeps `fetcher` alive until the destructor has returned.
  explicit SharedDownloads(const Fetcher& fetcher);
  /// Stops all downloads and blocks until each `done` has returned. Do not call it from `done`. No
  /// call of start() may begin meanwhile.
  ~SharedDownloads();  // NOLINT(bugprone-exception-escape): see its definition
  SharedDownloads(const SharedDownloads&) = delete;
  SharedDownloads& operator=(const SharedDownloads&) = delete;

  /// Downloads the file at `url` as Fetcher::start() does, and returns immediately. If a download
  /// of exactly this `url` for this `group` is under way, the call joins it. After its end the file
  /// may have changed, so the next call starts a new download.
  ///
  /// Calls `done` once, from the fetcher's thread, and never inside start() or a request to stop.
  /// What Fetcher::start() says of `done` and of exceptions holds here too.
  ///
  /// - If the download succeeds, each call that shares it receives a Download of the same bytes.
  ///   `is_shared` is false for exactly one of them.
  /// - If it fails, only the call that began it receives the exception. Each call that joined it
  ///   starts a download of its own, which no call joins.
  /// - If `stop` is requested, `done` receives Stopped soon. The download continues for the other
  ///   calls and is stopped when none is left.
  ///
  /// So no two downloads of a `url` for a `group` run at the same time, unless one has failed.
  void start(std::string url, std::string group, std::stop_token stop, Done done) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::fetch
