#pragma once

#include <algorithm>
#include <cstddef>
#include <new>
#include <semaphore>
#include <stop_token>
#include <string>

#include "aura/analysis/stored.h"
#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "aura/base/sha256.h"
#include "aura/base/spool.h"
#include "aura/catalogue/import_songs.h"
#include "aura/postgres/connection.h"

namespace aura::catalogue {

/// Calls `task` and returns why it failed, one line; empty if it did not. Throws what makes further
/// songs fail too. Thread-safe if `task` is.
template <typename Task>
std::string problem_in(const Task& task) {
  try {
    task();
    return {};
  } catch (const audio::DecoderLost&) {
    throw;
  } catch (const JobError& error) {
    return error.what();
  } catch (const postgres::RowRefused& error) {
    return std::string("the database refuses it: ") + error.what();
  } catch (const std::bad_alloc&) {
    return "not enough memory for this track: free some, or use a shorter track";
  }
}

/// Measures files, so many at a time. Thread-safe.
class Measuring {
 public:
  /// How many threads keep `threads` measurements busy: some open files and ask the database.
  static std::size_t threads_for(int threads) noexcept {
    constexpr std::size_t kAhead = 4;
    return static_cast<std::size_t>(std::max(threads, 1)) + kAhead;
  }

  /// The caller keeps `audio` alive.
  Measuring(const AudioAccess& audio, int threads) : audio_(audio), free_(std::max(threads, 1)) {}

  /// Returns the measurements of `file`, of whose content `known` is known. Throws what
  /// audio.measure throws, and JobError if the file no longer has the SHA-256 `content`.
  analysis::Measurements measure(const Spool& file, const Sha256& content,
                                 const analysis::KnownParts& known, const std::stop_token& stop) {
    free_.acquire();
    const Release release{free_};
    if (stop.stop_requested()) throw Stopped();
    auto measured = audio_.measure(file, known, stop);
    if (analysis::content_hash(file) != content)
      throw JobError("read_failed", "the file changed while it was read: import it again",
                     Retry::kYes);
    return measured;
  }

 private:
  struct Release {
    std::counting_semaphore<>& free;
    ~Release() { free.release(); }
  };

  const AudioAccess& audio_;
  std::counting_semaphore<> free_;
};

}  // namespace aura::catalogue
