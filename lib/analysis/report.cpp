#include "aura/analysis/report.h"

#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "aura/audio/decode.h"
#include "aura/base/build.h"
#include "json.h"

namespace aura::analysis {
namespace {

Json features_json(const Features& features) {
  Json json;
  json["tempo"] = finite(features.tempo_bpm);
  json["spectral_centroid_mean"] = finite(features.spectral_centroid_mean_hz);
  json["spectral_rolloff_mean"] = finite(features.spectral_rolloff_mean_hz);
  json["zcr_mean"] = finite(features.zcr_mean);
  for (std::size_t i = 0; i < features.mfcc_mean.size(); ++i) {
    json["mfcc_" + std::to_string(i) + "_mean"] = finite(features.mfcc_mean[i]);
  }
  json["rms_mean"] = finite(features.rms_mean);
  return json;
}

/// To so many decimals: what lies behind them is not known, and a beat would take 18 digits.
double rounded(double value, int decimals) {
  const double scale = std::pow(10, decimals);
  return std::round(finite(value) * scale) / scale;
}

Json rhythm_json(const Rhythm& rhythm) {
  Json json;
  json["bpm"] = rounded(rhythm.bpm, 3);
  json["confidence"] = rounded(rhythm.confidence, 3);
  json["alternatives"] = Json::array();
  for (const auto& [bpm, weight] : rhythm.alternatives) {
    json["alternatives"].push_back({{"bpm", rounded(bpm, 3)}, {"weight", rounded(weight, 3)}});
  }
  json["time_signature"] = rhythm.time_signature;
  json["beats"] = Json::array();
  for (const double beat_s : rhythm.beats_s) json["beats"].push_back(rounded(beat_s, 3));
  return json;
}

Json loudness_json(const dsp::Loudness& loudness) {
  Json json = Json::object();
  const auto put = [&](const char* key, const std::optional<double>& value) {
    if (value) json[key] = rounded(*value, 2);
  };
  put("integrated", loudness.integrated_lufs);
  put("range", loudness.range_lu);
  put("true_peak", loudness.true_peak_dbtp);
  return json;
}

Json recommendations_array(const Report& report) {
  Json array = Json::array();
  for (const auto& [type, note, priority] : report.recommendations) {
    array.push_back({{"type", type}, {"note", note}, {"priority", priority}});
  }
  return array;
}

/// There is no catalogue of hits to compare with yet, and an invented neighbour is worse than none.
Json similar_hits_array(const Report& /*report*/) {
  return Json::array();
}

/// What made the numbers: with it, rows of different releases can be told apart.
Json analysis_json() {
  Json parts;
  for (const auto part : kParts) parts[std::string(name_of(part))] = version_of(part);
  return {{"parts", std::move(parts)},
          {"release", release()},
          {"commit", commit()},
          {"libavcodec", audio::libavcodec_version()}};
}

__attribute__((format(printf, 1, 2))) std::string line(const char* format, ...) {
  char text[200];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return std::string("  ") + text + "\n";
}

}  // namespace

std::string to_json(const Report& report) {
  const auto& scores = report.scores;
  const auto& [core, rhythm, tonal, pictures] = report.measured;
  Json json;
  json["hit_factor"] = scores.hit_factor;
  json["scores"] = {{"audio", scores.audio},
                    {"lyrics", scores.lyrics},
                    {"brand", scores.brand},
                    {"market", scores.market}};
  json["recommendations"] = recommendations_array(report);
  json["similar_hits"] = similar_hits_array(report);
  json["model_version"] = kModelVersion;
  json["features"] = features_json(core.features);
  json["rhythm"] = rhythm_json(rhythm);
  json["tonal"] = {
      {"key", tonal.key}, {"scale", tonal.scale}, {"confidence", rounded(tonal.confidence, 3)}};
  json["loudness"] = loudness_json(core.loudness);
  json["dynamics"] = {{"complexity", rounded(core.dynamic_complexity_db, 2)}};
  json["onset_rate"] = rounded(rhythm.onsets_per_s, 3);
  json["danceability"] = rounded(core.danceability, 3);
  json["duration_s"] = finite(core.duration_s);
  json["lyrics_words"] = report.lyrics_words;
  json["warnings"] = report.warnings;
  json["analysis"] = analysis_json();
  return dump(json);
}

std::string recommendations_json(const Report& report) {
  return dump(recommendations_array(report));
}

std::string similar_hits_json(const Report& report) {
  return dump(similar_hits_array(report));
}

std::string to_text(const Report& report, std::string_view title) {
  const auto& scores = report.scores;
  const auto& [core, rhythm, tonal, pictures] = report.measured;
  const auto& features = core.features;
  const auto seconds = std::lround(core.duration_s);
  std::string text(title);
  text += "\n";
  text += line("Hit Factor        %d of 100  (audio %d, lyrics %d, brand %d, market %d; %s)",
               scores.hit_factor, scores.audio, scores.lyrics, scores.brand, scores.market,
               std::string(kModelVersion).c_str());
  text += line("Length            %ld:%02ld", seconds / 60, seconds % 60);
  if (rhythm.bpm > 0) {
    text += line("Tempo             %.1f BPM in %s, %.0f %% sure", rhythm.bpm,
                 rhythm.time_signature.c_str(), 100 * rhythm.confidence);
  } else {
    text += line("Tempo             none found");
  }
  if (features.tempo_bpm > 0) text += line("librosa's tempo   %.1f BPM", features.tempo_bpm);
  if (!tonal.key.empty()) {
    text += line("Key               %s %s, %.0f %% sure", tonal.key.c_str(), tonal.scale.c_str(),
                 100 * tonal.confidence);
  }
  if (core.loudness.integrated_lufs && core.loudness.true_peak_dbtp) {
    text += line("Loudness          %.1f LUFS, true peak %.1f dBTP", *core.loudness.integrated_lufs,
                 *core.loudness.true_peak_dbtp);
  }
  text += line("Loudness (RMS)    %.4f  (%.1f dBFS)", features.rms_mean,
               20 * std::log10(std::max(features.rms_mean, 1e-6)));
  text += line("Brightness        centroid %.0f Hz, roll-off %.0f Hz",
               features.spectral_centroid_mean_hz, features.spectral_rolloff_mean_hz);
  text += line("Zero crossings    %.4f a sample", features.zcr_mean);
  std::string mfcc;
  for (const double value : features.mfcc_mean) mfcc += " " + std::to_string(std::lround(value));
  text += line("MFCC             %s", mfcc.c_str());
  text += line("Lyrics            %zu words", report.lyrics_words);
  for (const auto& [type, note, priority] : report.recommendations) {
    text += "  - " + std::string(type) + " (" + std::string(priority) + "): " + note + "\n";
  }
  for (const auto& warning : report.warnings) text += "  ! " + warning + "\n";
  return text;
}

}  // namespace aura::analysis
