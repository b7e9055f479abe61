#include "aura/analysis/spotify_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "json.h"
#include "number_rules.h"

namespace aura::analysis {
namespace {

constexpr int kNoKey = -1;

constexpr std::array<std::string_view, 12> kKeys{"C",  "C#", "D",  "Eb", "E",  "F",
                                                 "F#", "G",  "Ab", "A",  "Bb", "B"};
/// Spotify's range: 3/4 to 7/4. The others that AURA knows (2/4, 9/8, 12/8) are outside it.
constexpr std::array<std::pair<std::string_view, int>, 5> kTimeSignatures{
    {{"3/4", 3}, {"4/4", 4}, {"5/4", 5}, {"6/8", 6}, {"7/8", 7}}};

/// Reads values of a report whose form nobody vouches for.
class ReportReader {
 public:
  explicit ReportReader(std::string_view text) : report_(parse_untrusted(text)) {}

  std::optional<double> number(const char* path, double least, double most) const {
    const auto* value = find(path);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    const auto found = value->get<double>();
    return found >= least && found <= most ? std::optional(found) : std::nullopt;
  }
  std::optional<std::string> text(const char* path) const {
    const auto* value = find(path);
    return value != nullptr && value->is_string() ? std::optional(value->get<std::string>())
                                                  : std::nullopt;
  }

 private:
  const nlohmann::json* find(const char* path) const {
    const nlohmann::json::json_pointer pointer(path);
    return report_.is_object() && report_.contains(pointer) ? &report_.at(pointer) : nullptr;
  }

  nlohmann::json report_;
};

template <typename Value>
Json optional_json(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// AURA's tempo, or librosa's in a report of a worker that had no other.
std::optional<double> tempo_of(const ReportReader& report) {
  constexpr double kSlowest = 1, kFastest = 1000;  // 0 means none
  if (const auto bpm = report.number("/rhythm/bpm", 0, kFastest))
    return *bpm >= kSlowest ? bpm : std::nullopt;
  return report.number("/features/tempo", kSlowest, kFastest);
}

/// kNoKey if none was found; nothing if the report doesn't speak of keys.
std::optional<int> key_of(const ReportReader& report) {
  const auto name = report.text("/tonal/key");
  if (!name) return std::nullopt;
  const auto found = std::ranges::find(kKeys, *name);
  return found == kKeys.end() ? kNoKey : static_cast<int>(found - kKeys.begin());
}

std::optional<int> mode_of(const ReportReader& report) {
  const auto scale = report.text("/tonal/scale");
  if (scale == "major") return 1;
  if (scale == "minor") return 0;
  return std::nullopt;
}

std::optional<int> time_signature_of(const ReportReader& report) {
  const auto name = report.text("/rhythm/time_signature");
  const auto found =
      std::ranges::find_if(kTimeSignatures, [&](const auto& known) { return known.first == name; });
  return found == kTimeSignatures.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> danceability_of(const ReportReader& report) {
  const auto found = report.number("/danceability", 0, kMaxDanceability);
  if (!found || *found == 0) return std::nullopt;  // silent or too short
  return std::round(*found / kMaxDanceability * 1000) / 1000;
}

std::optional<std::int64_t> duration_ms_of(const ReportReader& report) {
  constexpr double kWeekS = 604'800;
  const auto seconds = report.number("/duration_s", 0, kWeekS);
  return seconds ? std::optional<std::int64_t>(std::llround(*seconds * 1000)) : std::nullopt;
}

}  // namespace

std::string spotify_features(std::string_view report_json, Missing missing) {
  const ReportReader report(report_json);
  Json json;
  json["danceability"] = optional_json(danceability_of(report));
  json["energy"] = nullptr;
  json["key"] = optional_json(key_of(report));
  json["loudness"] = optional_json(report.number("/loudness/integrated", -200, 100));
  json["mode"] = optional_json(mode_of(report));
  for (const auto* unknown :
       {"speechiness", "acousticness", "instrumentalness", "liveness", "valence"})
    json[unknown] = nullptr;
  json["tempo"] = optional_json(tempo_of(report));
  json["duration_ms"] = optional_json(duration_ms_of(report));
  json["time_signature"] = optional_json(time_signature_of(report));
  for (const auto* of_spotify : {"id", "uri", "track_href", "analysis_url"})
    json[of_spotify] = nullptr;
  json["type"] = "audio_features";
  if (missing == Missing::kOmit) {
    for (auto value = json.begin(); value != json.end();)
      value = value->is_null() ? json.erase(value) : std::next(value);
  }
  return dump(json);
}

}  // namespace aura::analysis
