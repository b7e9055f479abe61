#pragma once

#include <optional>
#include <string>

#include "aura/analysis/measure_once.h"
#include "aura/analysis/report.h"
#include "aura/audio/decoder.h"
#include "aura/fetch/fetcher.h"
#include "aura/worker/settings.h"
#include "input.h"

namespace aura::app {

/// A report, and where its measurements come from.
struct Analyzed {
  analysis::Report report;
  bool is_cache_hit = false;         ///< The measurements were in the cache.
  bool is_cache_unwritable = false;  ///< The measurements could not be stored in the cache.
};

/// Analyses files and URLs one after another, without a database. Shows the progress on standard
/// error if it is a terminal. Not thread-safe.
class InputAnalyzer {
 public:
  /// Reads the settings, and the lyrics of all inputs from `lyrics_file` unless its name is empty.
  /// With a `cache` it measures no file twice.
  /// Call before the process starts a thread. Throws ConfigError if a setting or the file is wrong.
  explicit InputAnalyzer(const std::string& lyrics_file,
                         std::optional<analysis::MeasurementCache> cache = {});

  /// Returns the report of a file or URL. Throws JobError if the input can't be read or analysed.
  Analyzed analyze(const std::string& input);

 private:
  Spool read(const std::string& input);
  analysis::MeasuredOnce measure(const Spool& file, const analysis::OnProgress& on_step);

  audio::Decoder decoder_ = audio::Decoder::sandboxed();  // before any secret is read
  worker::AnalysisSettings settings_;
  std::optional<LyricsFile> lyrics_;
  std::optional<analysis::MeasurementCache> cache_;
  /// Made for the first URL: it loads every certificate that the system trusts.
  std::optional<fetch::Fetcher> fetcher_;
};

/// Returns one line, without its end, that says why an input failed. Thread-safe.
std::string failure_line(const std::string& input, const std::exception& error);

}  // namespace aura::app
