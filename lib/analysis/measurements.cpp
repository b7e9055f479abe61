#include "aura/analysis/measurements.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "aura/base/text.h"
#include "json.h"
#include "measurement_values.h"
#include "number_rules.h"

namespace aura::analysis {
namespace {

template <typename Byte>
std::string coded(const std::vector<Byte>& bytes) {
  return base64(std::as_bytes(std::span(bytes)));
}

/// Reads an object whose every value is checked.
class Reader {
  using Value = nlohmann::json;

 public:
  /// The caller keeps `json` alive.
  explicit Reader(const Value& json) : json_(json) {
    if (!json_.is_object())
      throw BadMeasurement("a measurement, or a part of it, is no JSON object");
  }

  double number(const char* key, const Range& range) const { return checked(key, at(key), range); }
  std::optional<double> number_if_any(const char* key, const Range& range) const {
    return json_.contains(key) ? std::optional(number(key, range)) : std::nullopt;
  }
  std::string text(const char* key) const {
    const auto& value = at(key);
    if (!value.is_string()) refuse(key, "is no text");
    return value.get<std::string>();
  }
  std::vector<double> numbers(const char* key, std::size_t most, const Range& range) const {
    std::vector<double> values;
    for (const auto& value : array(key, most)) values.push_back(checked(key, value, range));
    return values;
  }
  std::vector<std::string> texts(const char* key, std::size_t most) const {
    std::vector<std::string> values;
    for (const auto& value : array(key, most)) {
      if (!value.is_string()) refuse(key, "holds what is no text");
      values.push_back(value.get<std::string>());
    }
    return values;
  }
  std::vector<Reader> objects(const char* key, std::size_t most) const {
    std::vector<Reader> values;
    for (const auto& value : array(key, most)) values.emplace_back(value);
    return values;
  }
  Reader object(const char* key) const { return Reader(at(key)); }
  /// Bytes in Base64, in whole groups of `each`, at most `most` groups.
  template <typename Byte>
  std::vector<Byte> bytes(const char* key, std::size_t each, std::size_t most) const {
    const auto decoded = from_base64(text(key));
    if (!decoded) refuse(key, "is not in Base64");
    if (decoded->size() % each != 0 || decoded->size() / each > most)
      refuse(key, "has a length that is out of range");
    std::vector<Byte> values;
    values.reserve(decoded->size());
    for (const auto byte : *decoded) values.push_back(static_cast<Byte>(byte));
    return values;
  }

  [[noreturn]] static void refuse(const std::string& key, const char* why) {
    throw BadMeasurement("`" + key + "` of a measurement " + why);
  }

 private:
  static double checked(const char* key, const Value& value, const Range& range) {
    if (!value.is_number()) refuse(key, "is no number");
    const auto number = value.get<double>();
    if (!range.holds(number)) refuse(key, "is out of range");
    return number;
  }
  const Value& at(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) refuse(key, "is missing");
    return *found;
  }
  const Value& array(const char* key, std::size_t most) const {
    const auto& value = at(key);
    if (!value.is_array()) refuse(key, "is no array");
    if (value.size() > most) refuse(key, "is too long");
    return value;
  }

  const Value& json_;
};

Json features_json(const Features& features) {
  Json mfcc = Json::array();
  for (const double value : features.mfcc_mean) mfcc.push_back(finite(value));
  return {{"tempo_bpm", finite(features.tempo_bpm)},
          {"spectral_centroid_mean_hz", finite(features.spectral_centroid_mean_hz)},
          {"spectral_rolloff_mean_hz", finite(features.spectral_rolloff_mean_hz)},
          {"zcr_mean", finite(features.zcr_mean)},
          {"mfcc_mean", std::move(mfcc)},
          {"rms_mean", finite(features.rms_mean)}};
}

Features features_from(const Reader& json) {
  Features features;
  features.tempo_bpm = json.number("tempo_bpm", kAmount);
  features.spectral_centroid_mean_hz = json.number("spectral_centroid_mean_hz", kAmount);
  features.spectral_rolloff_mean_hz = json.number("spectral_rolloff_mean_hz", kAmount);
  features.zcr_mean = json.number("zcr_mean", kShare);
  const auto mfcc = json.numbers("mfcc_mean", features.mfcc_mean.size(), kLevel);
  if (mfcc.size() != features.mfcc_mean.size()) Reader::refuse("mfcc_mean", "is too short");
  std::copy(mfcc.begin(), mfcc.end(), features.mfcc_mean.begin());
  features.rms_mean = json.number("rms_mean", kAmount);
  return features;
}

}  // namespace

std::string to_json(const Core& core) {
  Json loudness = Json::object();
  const auto put = [&](const char* key, const std::optional<double>& value) {
    if (value) loudness[key] = finite(*value);
  };
  put("integrated_lufs", core.loudness.integrated_lufs);
  put("range_lu", core.loudness.range_lu);
  put("true_peak_dbtp", core.loudness.true_peak_dbtp);
  return dump({{"features", features_json(core.features)},
               {"loudness", std::move(loudness)},
               {"danceability", finite(core.danceability)},
               {"dynamic_complexity_db", finite(core.dynamic_complexity_db)},
               {"duration_s", finite(core.duration_s)},
               {"warnings", core.warnings}});
}

template <>
Core from_value<Core>(const nlohmann::json& value) {
  const Reader json(value);
  const auto loudness = json.object("loudness");
  Core core;
  core.features = features_from(json.object("features"));
  core.loudness = {loudness.number_if_any("integrated_lufs", kLevel),
                   loudness.number_if_any("range_lu", kLevel),
                   loudness.number_if_any("true_peak_dbtp", kLevel)};
  core.danceability = json.number("danceability", kAmount);
  core.dynamic_complexity_db = json.number("dynamic_complexity_db", kAmount);
  core.duration_s = json.number("duration_s", kAmount);
  core.warnings = json.texts("warnings", kMaxStoredWarnings);
  return core;
}

std::string to_json(const Rhythm& rhythm) {
  Json alternatives = Json::array();
  for (const auto& [bpm, weight] : rhythm.alternatives)
    alternatives.push_back({{"bpm", finite(bpm)}, {"weight", finite(weight)}});
  Json beats = Json::array();
  for (const double beat_s : rhythm.beats_s) beats.push_back(finite(beat_s));
  Json downbeats = Json::array();
  for (const double beat_s : rhythm.downbeats_s) downbeats.push_back(finite(beat_s));
  Json points = Json::array();
  for (const auto& [at_s, bpm] : rhythm.tempo_curve.points)
    points.push_back({{"at_s", finite(at_s)}, {"bpm", finite(bpm)}});
  return dump({{"bpm", finite(rhythm.bpm)},
               {"confidence", finite(rhythm.confidence)},
               {"alternatives", std::move(alternatives)},
               {"beats_s", std::move(beats)},
               {"tempo_curve", {{"kind", rhythm.tempo_curve.kind}, {"points", std::move(points)}}},
               {"downbeats_s", std::move(downbeats)},
               {"time_signature", rhythm.time_signature},
               {"time_signature_confidence", finite(rhythm.time_signature_confidence)},
               {"onsets_per_s", finite(rhythm.onsets_per_s)}});
}

template <>
Rhythm from_value<Rhythm>(const nlohmann::json& value) {
  const Reader json(value);
  Rhythm rhythm;
  rhythm.bpm = json.number("bpm", kAmount);
  rhythm.confidence = json.number("confidence", kShare);
  for (const auto& alternative : json.objects("alternatives", kMaxStoredAlternatives)) {
    rhythm.alternatives.push_back(
        {alternative.number("bpm", kAmount), alternative.number("weight", kShare)});
  }
  rhythm.beats_s = json.numbers("beats_s", kMaxBeats, kAmount);
  const auto curve = json.object("tempo_curve");
  rhythm.tempo_curve.kind = curve.text("kind");
  for (const auto& point : curve.objects("points", kMaxTempoPoints))
    rhythm.tempo_curve.points.push_back(
        {point.number("at_s", kAmount), point.number("bpm", kAmount)});
  rhythm.downbeats_s = json.numbers("downbeats_s", kMaxDownbeats, kAmount);
  rhythm.time_signature = json.text("time_signature");
  rhythm.time_signature_confidence = json.number("time_signature_confidence", kShare);
  rhythm.onsets_per_s = json.number("onsets_per_s", kAmount);
  return rhythm;
}

std::string to_json(const Tonal& tonal) {
  const auto& second = tonal.second;
  return dump({{"key", tonal.key},
               {"scale", tonal.scale},
               {"confidence", finite(tonal.confidence)},
               {"second",
                {{"key", second.key}, {"scale", second.scale}, {"weight", finite(second.weight)}}},
               {"tuning_hz", finite(tonal.tuning_hz)}});
}

template <>
Tonal from_value<Tonal>(const nlohmann::json& value) {
  const Reader json(value);
  const auto second = json.object("second");
  return {json.text("key"),
          json.text("scale"),
          json.number("confidence", kShare),
          {second.text("key"), second.text("scale"), second.number("weight", kShare)},
          json.number("tuning_hz", kAmount)};
}

std::string to_json(const Structure& structure) {
  Json sections = Json::array();
  for (const auto& [start_s, end_s, label] : structure.sections)
    sections.push_back({{"start_s", finite(start_s)}, {"end_s", finite(end_s)}, {"label", label}});
  return dump({{"sections", std::move(sections)}, {"intro_s", finite(structure.intro_s)}});
}

template <>
Structure from_value<Structure>(const nlohmann::json& value) {
  const Reader json(value);
  Structure structure;
  for (const auto& section : json.objects("sections", kMaxSections)) {
    structure.sections.push_back({section.number("start_s", kAmount),
                                  section.number("end_s", kAmount), section.text("label")});
  }
  structure.intro_s = json.number("intro_s", kAmount);
  return structure;
}

std::string to_json(const Pictures& pictures) {
  Json scale = Json::array();
  for (const double value : pictures.mfcc_scale) scale.push_back(finite(value));
  Json bpm = Json::array();
  Json strength = Json::array();
  for (const auto& tempo : pictures.tempi) {
    bpm.push_back(finite(tempo.bpm));
    strength.push_back(finite(tempo.strength));
  }
  return dump({{"duration_s", finite(pictures.duration_s)},
               {"waveform",
                {{"columns", pictures.low.size()},
                 {"min", coded(pictures.low)},
                 {"max", coded(pictures.high)}}},
               {"spectrogram",
                {{"columns", pictures.spectrogram.size() / Pictures::kBands},
                 {"bands", Pictures::kBands},
                 {"low_hz", 0},
                 {"high_hz", finite(pictures.highest_hz)},
                 {"db_range", finite(pictures.range_db)},
                 {"data", coded(pictures.spectrogram)}}},
               {"mfcc",
                {{"columns", pictures.mfcc.size() / Pictures::kCoefficients},
                 {"coefficients", Pictures::kCoefficients},
                 {"data", coded(pictures.mfcc)},
                 {"scale", std::move(scale)}}},
               {"onset", {{"columns", pictures.onsets.size()}, {"data", coded(pictures.onsets)}}},
               {"tempo", {{"bpm", std::move(bpm)}, {"strength", std::move(strength)}}}});
}

template <>
Pictures from_value<Pictures>(const nlohmann::json& value) {
  const Reader json(value);
  const auto waveform = json.object("waveform"), spectrogram = json.object("spectrogram"),
             mfcc = json.object("mfcc"), tempo = json.object("tempo");
  Pictures pictures;
  pictures.duration_s = json.number("duration_s", kAmount);
  pictures.low = waveform.bytes<std::int8_t>("min", 1, Pictures::kMostCurveColumns);
  pictures.high = waveform.bytes<std::int8_t>("max", 1, Pictures::kMostCurveColumns);
  if (pictures.low.size() != pictures.high.size()) Reader::refuse("max", "is not as long as `min`");
  pictures.highest_hz = spectrogram.number("high_hz", kAmount);
  pictures.range_db = spectrogram.number("db_range", kAmount);
  pictures.spectrogram =
      spectrogram.bytes<std::uint8_t>("data", Pictures::kBands, Pictures::kMostSpectrumColumns);
  pictures.mfcc =
      mfcc.bytes<std::int8_t>("data", Pictures::kCoefficients, Pictures::kMostSpectrumColumns);
  const auto scale = mfcc.numbers("scale", pictures.mfcc_scale.size(), kAmount);
  if (scale.size() != pictures.mfcc_scale.size()) Reader::refuse("scale", "is too short");
  std::copy(scale.begin(), scale.end(), pictures.mfcc_scale.begin());
  pictures.onsets =
      json.object("onset").bytes<std::uint8_t>("data", 1, Pictures::kMostCurveColumns);
  const auto bpm = tempo.numbers("bpm", kMaxStoredTempi, kAmount);
  const auto strength = tempo.numbers("strength", kMaxStoredTempi, kShare);
  if (bpm.size() != strength.size()) Reader::refuse("strength", "is not as long as `bpm`");
  for (std::size_t i = 0; i < bpm.size(); ++i) pictures.tempi.push_back({bpm[i], strength[i]});
  return pictures;
}

template <>
Core from_json<Core>(std::string_view text) {
  return from_value<Core>(parse_untrusted(text));
}

template <>
Rhythm from_json<Rhythm>(std::string_view text) {
  return from_value<Rhythm>(parse_untrusted(text));
}

template <>
Tonal from_json<Tonal>(std::string_view text) {
  return from_value<Tonal>(parse_untrusted(text));
}

template <>
Structure from_json<Structure>(std::string_view text) {
  return from_value<Structure>(parse_untrusted(text));
}

template <>
Pictures from_json<Pictures>(std::string_view text) {
  return from_value<Pictures>(parse_untrusted(text));
}

}  // namespace aura::analysis
