#include "results.h"

#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/catalogue/import_file.h"

namespace aura::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHitLine = "  Cache             hit\n";
constexpr const char* kMissLine = "  Cache             miss\n";
constexpr std::size_t kMaxNameBytes = 10'000;

/// The columns of CSV between `file`, `sha256` and `error`: places in the report. Each is named by
/// its keys, with dots between.
constexpr std::array kColumns{
    "/duration_s",
    "/rhythm/bpm",
    "/rhythm/confidence",
    "/rhythm/time_signature",
    "/rhythm/time_signature_confidence",
    "/rhythm/tempo_curve/kind",
    "/onset_rate",
    "/tonal/key",
    "/tonal/scale",
    "/tonal/confidence",
    "/tonal/camelot",
    "/tonal/open_key",
    "/tonal/tuning_hz",
    "/loudness/integrated",
    "/loudness/range",
    "/loudness/true_peak",
    "/dynamics/complexity",
    "/danceability",
    "/intro_s",
    "/hit_factor",
    "/scores/audio",
    "/scores/lyrics",
    "/scores/brand",
    "/scores/market",
    "/features/tempo",
    "/features/spectral_centroid_mean",
    "/features/spectral_rolloff_mean",
    "/features/zcr_mean",
    "/features/rms_mean",
    "/model_version",
    "/file_tags/title",
    "/file_tags/artist",
    "/file_tags/album",
    "/file_tags/year",
    "/file_tags/genre",
    "/file_tags/isrc",
};

/// Further columns if a model tags tracks.
constexpr std::array kTagColumns{"/tags/genre", "/tags/mood",      "/tags/instruments",
                                 "/tags/era",   "/vocals/present", "/vocals/voice"};

std::vector<const char*> columns(const ResultOptions& options) {
  std::vector<const char*> all(kColumns.begin(), kColumns.end());
  if (options.tells_tags) all.insert(all.end(), kTagColumns.begin(), kTagColumns.end());
  return all;
}

std::string shown_name(const Input& input) {
  return is_url(input.name) ? redact_url(input.name) : input.name;
}

/// A text of the outside.
std::string cell(std::string_view text, const ResultOptions& options) {
  auto line = one_line(text, kMaxNameBytes);
  return options.for_spreadsheet ? catalogue::for_spreadsheet(line) : line;
}

/// A value of a report. Of a list of tags their names, the best first.
std::string cell_of(const Json& value, const ResultOptions& options) {
  if (value.is_null()) return "";
  if (value.is_string()) return cell(value.get<std::string>(), options);
  if (!value.is_array()) return value.dump();  // a number is no formula, even with a minus
  std::string names;
  for (const auto& tag : value)
    names += (names.empty() ? "" : "; ") + tag.at("name").get<std::string>();
  return cell(names, options);
}

std::string csv_of(const Input& input, const Analyzed& analyzed, const ResultOptions& options) {
  const auto report = Json::parse(analysis::to_json(analyzed.report));
  std::vector<std::string> cells{cell(shown_name(input), options), analyzed.sha256};
  for (const auto* column : columns(options)) {
    const Json::json_pointer place(column);
    cells.push_back(cell_of(report.contains(place) ? report.at(place) : Json(), options));
  }
  std::string warnings;
  for (const auto& warning : report["warnings"])
    warnings += (warnings.empty() ? "" : "; ") + warning.get<std::string>();
  cells.push_back(cell(warnings, options));
  cells.emplace_back();
  return catalogue::csv_line(cells);
}

std::string json_line(const Input& input, const std::string& sha256, const Json& outcome) {
  Json line{{"file", shown_name(input)}};
  if (!sha256.empty()) line["sha256"] = sha256;
  line.update(outcome);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string results_heading(const ResultOptions& options) {
  if (options.format != Format::kCsv) return {};
  std::vector<std::string> names{"file", "sha256"};
  for (const std::string_view column : columns(options)) {
    std::string name(column.substr(1));
    for (auto& c : name)
      if (c == '/') c = '.';
    names.push_back(std::move(name));
  }
  names.insert(names.end(), {"warnings", "error"});
  return catalogue::csv_line(names);
}

std::string result_text(const Input& input, const Analyzed& analyzed,
                        const ResultOptions& options) {
  switch (options.format) {
    case Format::kJson:
      return json_line(input, analyzed.sha256, Json::parse(analysis::to_json(analyzed.report)));
    case Format::kSpotify:
      return json_line(input, analyzed.sha256,
                       Json::parse(analysis::spotify_features(analysis::to_json(analyzed.report),
                                                              options.missing)));
    case Format::kCsv:
      return csv_of(input, analyzed, options);
    case Format::kText:
      break;
  }
  auto text = analysis::to_text(analyzed.report, title_of(input));
  if (options.tells_cache) text += analyzed.is_cache_hit ? kHitLine : kMissLine;
  return text + "\n";
}

std::string failure_text(const Input& input, const std::exception& error,
                         const ResultOptions& options) {
  if (options.format == Format::kText) return {};
  if (options.format == Format::kCsv) {
    std::vector<std::string> cells(columns(options).size() + 4);
    cells.front() = cell(shown_name(input), options);
    cells.back() = cell(error.what(), options);
    return catalogue::csv_line(cells);
  }
  const auto* of_job = dynamic_cast<const JobError*>(&error);
  return json_line(
      input, "",
      {{"error",
        {{"code", of_job != nullptr ? of_job->code() : "internal"}, {"message", error.what()}}}});
}

std::string_view ending_of(Format format) {
  switch (format) {
    case Format::kText:
      return ".txt";
    case Format::kCsv:
      return ".csv";
    case Format::kJson:
    case Format::kSpotify:
      break;
  }
  return ".json";
}

}  // namespace aura::app
