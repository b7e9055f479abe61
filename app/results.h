#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "aura/analysis/spotify_features.h"
#include "input_analyzer.h"

namespace aura::app {

/// How results are written.
enum class Format { kText, kJson, kCsv, kSpotify };

struct ResultOptions {
  Format format = Format::kText;
  bool tells_cache = false;      ///< text says whether the cache had the measurements
  bool tells_tags = false;       ///< CSV has columns of tags
  bool for_spreadsheet = false;  ///< CSV has no cell that a spreadsheet takes for a formula
  analysis::Missing missing = analysis::Missing::kNull;  ///< in Spotify's shape
};

// All functions here are thread-safe.

/// Returns what comes before all results: the heading of CSV, and nothing in other formats.
std::string results_heading(const ResultOptions& options);

/// Returns the result of an input, with its line ends. JSON is one line: `file`, `sha256`, and the
/// keys of fullReport or Spotify's. CSV is one line. A byte of a name that is not UTF-8 becomes
/// U+FFFD.
std::string result_text(const Input& input, const Analyzed& analyzed, const ResultOptions& options);

/// Returns the result of an input that failed: {file, error {code, message}} as JSON, a line with
/// the message in CSV, and nothing as text.
std::string failure_text(const Input& input, const std::exception& error,
                         const ResultOptions& options);

/// Returns the ending of files with results: ".txt", ".json" or ".csv".
std::string_view ending_of(Format format);

}  // namespace aura::app
