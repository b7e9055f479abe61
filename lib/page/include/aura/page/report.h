#pragma once

#include <string>
#include <string_view>

namespace aura::page {

/// What a report shows of a track. All of it may be hostile, the JSON in its texts.
struct ReportContent {
  std::string_view title;
  std::string_view artist{};         ///< empty where it isn't known
  std::string_view source{};         ///< what was analysed, fit to be shown
  std::string_view report_json;      ///< the `fullReport` object
  std::string_view pictures_json{};  ///< the pictures object; empty without pictures
};

/// The page that a web browser shows of a job's result, as one HTML file that needs no other and
/// asks nobody for anything: scripts and style are in it, and its Content-Security-Policy allows
/// just these. Throws std::invalid_argument where the JSON is none.
std::string render_report(const ReportContent& content);

}  // namespace aura::page
