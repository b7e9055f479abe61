#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aura/analysis/report.h"

namespace aura::app {

/// A line of the index of reports.
struct IndexEntry {
  std::string title;    ///< any text
  std::string page;     ///< path of its page from the index; empty if it failed
  std::string problem;  ///< why it failed, or empty
  double duration_s = 0;
  double bpm = 0;   ///< 0: none
  std::string key;  ///< such as "F# minor"; empty: none
  std::optional<double> loudness_lufs{};
  int hit_factor = 0;
};

// All functions here are thread-safe.

/// Returns the entry of a track whose page is `page`.
IndexEntry entry_of(const analysis::Report& report, std::string title, std::string page);

/// Returns a web page, in one file without scripts, that leads to the pages of `entries` in order.
std::string index_html(const std::vector<IndexEntry>& entries);

}  // namespace aura::app
