#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "progress.h"

namespace aura::app {

/// What many threads do to many files.
struct EachFile {
  /// Works on the file at a place. Called from several threads.
  std::function<void(std::size_t place, const std::stop_token& stop)> work;
  /// Shows what came of the file at a place: called in the order of the places, from one thread at
  /// a time, after its work. While it runs, `progress` may be used.
  std::function<void(std::size_t place)> show;
};

/// Calls both functions of `each` for each place below `count`, from up to `threads` threads, and
/// counts in `progress`. At most 256 files are worked on or wait to be shown, so that results take
/// little memory. If a function throws, starts no further work, and rethrows the first exception.
/// Not thread-safe.
void for_each_file(std::size_t count, std::size_t threads, Progress& progress,
                   const EachFile& each);

}  // namespace aura::app
