#include "report_index.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "aura/base/percent.h"
#include "aura/base/text.h"

namespace aura::app {
namespace {

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>AURA: reports</title>
<style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8884; padding: .4rem .6rem; text-align: left; }
th.number, td.number { font-variant-numeric: tabular-nums; text-align: right; }
td { overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>Reports</h1>
<table>
<thead><tr><th>Track</th><th class="number">Length</th><th class="number">BPM</th><th>Key</th>
<th class="number">LUFS</th><th class="number">Hit Factor</th></tr></thead>
<tbody>
)";
constexpr const char* kFoot = "</tbody>\n</table>\n</body>\n</html>\n";

/// Whatever the text holds, it stays text.
std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : one_line(text)) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string number_cell(const std::string& text) {
  return "<td class=\"number\">" + text + "</td>";
}

std::string fixed(double value) {
  std::array<char, 50> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string length_text(double duration_s) {
  std::array<char, 50> text{};
  const auto seconds = std::lround(duration_s);
  std::snprintf(text.data(), text.size(), "%ld:%02ld", seconds / 60, seconds % 60);
  return text.data();
}

std::string row_of(const IndexEntry& entry) {
  const auto title = escaped(entry.title);
  if (entry.page.empty())
    return "<tr><td>" + title + "</td><td colspan=\"5\">" + escaped(entry.problem) + "</td></tr>\n";
  return "<tr><td><a href=\"./" + percent_encode(entry.page, "/-._~") + "\">" + title +
         "</a></td>" + number_cell(length_text(entry.duration_s)) +
         number_cell(entry.bpm > 0 ? fixed(entry.bpm) : "") + "<td>" + escaped(entry.key) +
         "</td>" + number_cell(entry.loudness_lufs ? fixed(*entry.loudness_lufs) : "") +
         number_cell(std::to_string(entry.hit_factor)) + "</tr>\n";
}

}  // namespace

IndexEntry entry_of(const analysis::Report& report, std::string title, std::string page) {
  const auto& measured = report.measured;
  IndexEntry entry;
  entry.title = std::move(title);
  entry.page = std::move(page);
  entry.duration_s = measured.core.duration_s;
  entry.bpm = measured.rhythm.bpm;
  if (!measured.tonal.key.empty()) entry.key = measured.tonal.key + " " + measured.tonal.scale;
  entry.loudness_lufs = measured.core.loudness.integrated_lufs;
  entry.hit_factor = report.scores.hit_factor;
  return entry;
}

std::string index_html(const std::vector<IndexEntry>& entries) {
  std::string html = kHead;
  for (const auto& entry : entries) html += row_of(entry);
  return html + kFoot;
}

}  // namespace aura::app
