#include "aura/audio/source.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "aura/analysis/measurements.h"
#include "json.h"
#include "measurement_values.h"
#include "number_rules.h"

namespace aura::analysis {
namespace {

constexpr Range kDecibels{-audio::Source::kMostDb, audio::Source::kMostDb};
constexpr Range kCorrelation{-1, 1};
/// More samples than any track has, and far fewer than a double counts exactly.
constexpr double kMostRuns = 1e12;
constexpr double kMostWhole = 1e9;

[[noreturn]] void refuse(const char* key, const char* why) {
  throw BadMeasurement("`" + std::string(key) + "` of a source " + why);
}

const nlohmann::json& at(const nlohmann::json& json, const char* key) {
  const auto found = json.find(key);  // nothing in what is no object
  if (found == json.end()) refuse(key, "is missing");
  return *found;
}

const nlohmann::json& object(const nlohmann::json& json, const char* key) {
  const auto& value = at(json, key);
  if (!value.is_object()) refuse(key, "is no object");
  return value;
}

double number(const nlohmann::json& json, const char* key, const Range& range) {
  const auto& value = at(json, key);
  if (!value.is_number()) refuse(key, "is no number");
  const auto number = value.get<double>();
  if (!range.holds(number)) refuse(key, "is out of range");
  return number;
}

std::optional<double> number_if_any(const nlohmann::json& json, const char* key,
                                    const Range& range) {
  return json.contains(key) ? std::optional(number(json, key, range)) : std::nullopt;
}

double whole(const nlohmann::json& json, const char* key, double most) {
  const auto value = number(json, key, {0, most});
  if (std::floor(value) != value) refuse(key, "is no whole number");
  return value;
}

int small(const nlohmann::json& json, const char* key) {
  return static_cast<int>(whole(json, key, kMostWhole));
}

}  // namespace

std::string to_json(const audio::Source& source) {
  Json format{{"codec", source.codec},
              {"is_lossless", source.is_lossless},
              {"sample_rate_hz", source.sample_rate_hz},
              {"channels", source.channels}};
  if (source.bits_per_sample) format["bits_per_sample"] = *source.bits_per_sample;
  if (source.bit_rate_bps) format["bit_rate_bps"] = finite(*source.bit_rate_bps);
  Json stereo = Json::object();
  const auto put = [&](const char* key, const std::optional<double>& value) {
    if (value) stereo[key] = finite(*value);
  };
  put("balance_db", source.balance_db);
  put("correlation", source.correlation);
  put("width_db", source.width_db);
  return dump({{"format", std::move(format)},
               {"start_silence_s", finite(source.start_silence_s)},
               {"end_silence_s", finite(source.end_silence_s)},
               {"dc_offset", finite(source.dc_offset)},
               {"clipped_runs", source.clipped_runs},
               {"stereo", std::move(stereo)},
               {"cutoff_hz", finite(source.cutoff_hz)},
               {"cutoff_db", finite(source.cutoff_db)}});
}

template <>
audio::Source from_value<audio::Source>(const nlohmann::json& value) {
  const auto& format = object(value, "format");
  const auto& stereo = object(value, "stereo");
  const auto& codec = at(format, "codec");
  const auto& lossless = at(format, "is_lossless");
  if (!codec.is_string()) refuse("codec", "is no text");
  if (!lossless.is_boolean()) refuse("is_lossless", "is neither true nor false");
  audio::Source source;
  source.codec = codec.get<std::string>();
  source.is_lossless = lossless.get<bool>();
  source.sample_rate_hz = small(format, "sample_rate_hz");
  source.channels = small(format, "channels");
  if (format.contains("bits_per_sample")) source.bits_per_sample = small(format, "bits_per_sample");
  source.bit_rate_bps = number_if_any(format, "bit_rate_bps", kAmount);
  source.start_silence_s = number(value, "start_silence_s", kAmount);
  source.end_silence_s = number(value, "end_silence_s", kAmount);
  source.dc_offset = number(value, "dc_offset", kAmount);
  source.clipped_runs = static_cast<std::uint64_t>(whole(value, "clipped_runs", kMostRuns));
  source.balance_db = number_if_any(stereo, "balance_db", kDecibels);
  source.correlation = number_if_any(stereo, "correlation", kCorrelation);
  source.width_db = number_if_any(stereo, "width_db", kDecibels);
  source.cutoff_hz = number(value, "cutoff_hz", kAmount);
  source.cutoff_db = number(value, "cutoff_db", kAmount);
  return source;
}

template <>
audio::Source from_json<audio::Source>(std::string_view text) {
  return from_value<audio::Source>(parse_untrusted(text));
}

}  // namespace aura::analysis
