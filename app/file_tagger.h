#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <stop_token>
#include <string>

#include "aura/audio/retag.h"
#include "aura/base/mutex.h"
#include "input_analyzer.h"

namespace aura::app {

/// What became of the tags of an input.
struct TagOutcome {
  enum class Kind {
    kWritten,
    kComplete,  ///< nothing was missing
    kSkipped,   ///< for `reason`; the file is as it was
  };
  Kind kind = Kind::kComplete;
  std::string reason{};  ///< one line; names no file
  bool is_cache_unwritable = false;
};

/// Writes what was measured of files into their tags. The sound stays as it is: a
/// comparison of what both versions decode to proves it before a file is replaced. Thread-safe.
class FileTagger {
 public:
  /// The caller keeps `analyzer` alive.
  FileTagger(InputAnalyzer& analyzer, audio::Existing existing)
      : analyzer_(analyzer), existing_(existing) {}

  /// Writes the tags of `input`. Stores the measurements in the analyzer's cache for the changed
  /// file too. Throws audio::DecoderLost; Stopped soon after `stop` is requested.
  TagOutcome tag(const Input& input, const Analyzed& analyzed, const std::stop_token& stop);

 private:
  TagOutcome rewrite(const Input& input, const Analyzed& analyzed, const std::stop_token& stop);

  InputAnalyzer& analyzer_;
  audio::Existing existing_;
  Mutex mutex_;
  std::set<std::string> named_ AURA_GUARDED_BY(mutex_);  // the files so far
};

/// Counts outcomes, to tell them in a line. Not thread-safe.
class TagTotals {
 public:
  void add(const TagOutcome& outcome);
  /// Returns whether no input was skipped.
  bool is_whole() const noexcept { return skipped_.empty(); }
  /// Returns what became of the tags of `inputs` inputs, as one line.
  std::string line(std::size_t inputs) const;

 private:
  std::size_t written_ = 0;
  std::size_t complete_ = 0;
  std::map<std::string, std::size_t> skipped_;  // by reason
};

}  // namespace aura::app
