#pragma once

#include <string>
#include <string_view>

namespace aura::page {

/// The content of a report page. All texts may be hostile, the strings in the JSON too. The caller
/// keeps the texts alive.
struct ReportContent {
  std::string_view title;
  std::string_view artist{};         ///< Empty if unknown.
  std::string_view source{};         ///< Name of the analysed file or URL; empty to omit it.
  std::string_view report_json;      ///< The `fullReport` object.
  std::string_view pictures_json{};  ///< The pictures object; empty without pictures.
  /// Address of the track for a player: relative to the page, an https URL, or a data: URI. All
  /// that a URL may not hold is percent-encoded. Empty for no player.
  std::string_view audio{};
};

/// Returns the result page of a job as one HTML file. The file holds its scripts and styles and
/// loads nothing but `audio`; its Content-Security-Policy enforces that. Thread-safe. Throws
/// std::invalid_argument if the JSON can't be parsed, or `audio` is no such address.
std::string render_report(const ReportContent& content);

}  // namespace aura::page
