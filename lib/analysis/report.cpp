#include "aura/analysis/report.h"

#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "aura/audio/decode.h"
#include "aura/base/build.h"
#include "json.h"
#include "tags_report.h"

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

Json rhythm_json(const Rhythm& rhythm) {
  Json json;
  json["bpm"] = rounded(rhythm.bpm, 3);
  json["confidence"] = rounded(rhythm.confidence, 3);
  json["alternatives"] = Json::array();
  for (const auto& [bpm, weight] : rhythm.alternatives) {
    json["alternatives"].push_back({{"bpm", rounded(bpm, 3)}, {"weight", rounded(weight, 3)}});
  }
  json["time_signature"] = rhythm.time_signature;
  json["time_signature_confidence"] = rounded(rhythm.time_signature_confidence, 3);
  json["tempo_curve"] = {{"kind", rhythm.tempo_curve.kind}, {"points", Json::array()}};
  for (const auto& [at_s, bpm] : rhythm.tempo_curve.points)
    json["tempo_curve"]["points"].push_back(
        {{"time_s", rounded(at_s, 3)}, {"bpm", rounded(bpm, 2)}});
  json["beats"] = Json::array();
  for (const double beat_s : rhythm.beats_s) json["beats"].push_back(rounded(beat_s, 3));
  json["downbeats"] = Json::array();
  for (const double beat_s : rhythm.downbeats_s) json["downbeats"].push_back(rounded(beat_s, 3));
  return json;
}

Json tonal_json(const Tonal& tonal) {
  const auto& second = tonal.second;
  return {{"key", tonal.key},
          {"scale", tonal.scale},
          {"confidence", rounded(tonal.confidence, 3)},
          {"camelot", camelot_code(tonal.key, tonal.scale)},
          {"open_key", open_key_code(tonal.key, tonal.scale)},
          {"second",
           {{"key", second.key},
            {"scale", second.scale},
            {"weight", rounded(second.weight, 3)},
            {"camelot", camelot_code(second.key, second.scale)},
            {"open_key", open_key_code(second.key, second.scale)}}},
          {"tuning_hz", rounded(tonal.tuning_hz, 1)}};
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

Json source_json(const audio::Source& source) {
  Json json{{"codec", source.codec},
            {"lossless", source.is_lossless},
            {"sample_rate_hz", source.sample_rate_hz},
            {"channels", source.channels}};
  if (source.bits_per_sample) json["bits_per_sample"] = *source.bits_per_sample;
  const auto put = [&](const char* key, const std::optional<double>& value, int decimals) {
    if (value) json[key] = rounded(*value, decimals);
  };
  put("bit_rate_bps", source.bit_rate_bps, 0);
  put("start_silence_s", source.start_silence_s, 3);
  put("end_silence_s", source.end_silence_s, 3);
  put("dc_offset", source.dc_offset, 5);
  json["clipped_runs"] = source.clipped_runs;
  put("balance_db", source.balance_db, 2);
  put("correlation", source.correlation, 3);
  put("width_db", source.width_db, 2);
  if (source.cutoff_hz > 0) {
    put("cutoff_hz", source.cutoff_hz, 0);
    put("cutoff_db", source.cutoff_db, 1);
  }
  return json;
}

Json file_tags_json(const audio::Tags& tags) {
  Json json = Json::object();
  const auto put = [&](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  put("title", tags.title);
  put("artist", tags.artist);
  put("album", tags.album);
  put("genre", tags.genre);
  put("isrc", tags.isrc);
  if (tags.year) json["year"] = *tags.year;
  return json;
}

Json recommendations_array(const Report& report) {
  Json array = Json::array();
  for (const auto& [type, note, priority, id, evidence] : report.recommendations) {
    array.push_back({{"type", type},
                     {"note", note},
                     {"priority", priority},
                     {"id", id},
                     {"evidence",
                      {{"what", evidence.what},
                       {"value", rounded(evidence.value, 4)},
                       {"limit", rounded(evidence.limit, 4)},
                       {"unit", evidence.unit}}}});
  }
  return array;
}

Json similar_hit_json(const SimilarHit& hit) {
  Json json{{"song", hit.song},
            {"artist", hit.artist},
            {"year", hit.year ? Json(*hit.year) : Json(nullptr)},
            {"similarity", rounded(hit.similarity, 3)}};
  if (hit.spotify_url) json["spotifyUrl"] = *hit.spotify_url;
  if (hit.image_url) json["imageUrl"] = *hit.image_url;
  return json;
}

/// With what was measured of the hits.
Json similar_hits_array(const Report& report) {
  Json array = Json::array();
  for (const auto& hit : report.similar_hits) {
    auto json = similar_hit_json(hit);
    if (hit.tempo_bpm) json["tempo_bpm"] = rounded(*hit.tempo_bpm, 1);
    if (hit.key) json["key"] = *hit.key;
    if (hit.loudness_lufs) json["loudness_lufs"] = rounded(*hit.loudness_lufs, 2);
    array.push_back(std::move(json));
  }
  return array;
}

Json reference_json(const Reference& reference) {
  Json json{{"similarity", rounded(reference.similarity, 3)}};
  if (reference.tempo_bpm) {
    json["tempo"] = {{"bpm", rounded(*reference.tempo_bpm, 3)}};
    if (reference.tempo_percent)
      json["tempo"]["difference_percent"] = rounded(*reference.tempo_percent, 2);
  }
  if (!reference.key.empty()) {
    json["key"] = {{"key", reference.key},
                   {"scale", reference.scale},
                   {"camelot", camelot_code(reference.key, reference.scale)}};
  }
  if (reference.loudness_lufs) {
    json["loudness"] = {{"integrated", rounded(*reference.loudness_lufs, 2)}};
    if (reference.loudness_lu) json["loudness"]["difference"] = rounded(*reference.loudness_lu, 2);
  }
  json["spectrum"] = Json::array();
  for (const auto& [centre_hz, difference_db] : reference.spectrum)
    json["spectrum"].push_back(
        {{"hz", rounded(centre_hz, 1)}, {"difference_db", rounded(difference_db, 2)}});
  return json;
}

/// What made the numbers: with it, rows of different releases can be told apart.
Json analysis_json(const Measurements& measured) {
  Json parts;
  for (const auto part : kParts) {
    if (part == Part::kFingerprint) continue;  // of which a report has nothing
    if (part == Part::kTags && !has_tags(measured)) continue;
    parts[std::string(name_of(part))] = version_of(part);
  }
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

/// "85 % sure", or "uncertain (20 % sure)" below `least`.
std::string sure(double confidence, double least) {
  const auto percent = std::to_string(std::lround(100 * confidence)) + " % sure";
  return confidence < least ? "uncertain (" + percent + ")" : percent;
}

std::string tempo_line(const Rhythm& rhythm) {
  if (rhythm.bpm <= 0) return line("Tempo             none found");
  auto told = sure(rhythm.confidence, kSureTempo);
  if (!rhythm.alternatives.empty()) {
    const auto& [bpm, weight] = rhythm.alternatives.front();
    std::array<char, 60> other{};
    std::snprintf(other.data(), other.size(), "; or %.1f BPM (%.0f %%)", bpm, 100 * weight);
    told += other.data();
  }
  return line("Tempo             %.1f BPM, %s", rhythm.bpm, told.c_str());
}

std::string key_line(const Tonal& tonal) {
  const auto code = [](const char* name, const std::string& text) {
    return text.empty() ? "" : ", " + (name + text);
  };
  auto told = sure(tonal.confidence, kSureKey) +
              code("Camelot ", camelot_code(tonal.key, tonal.scale)) +
              code("Open Key ", open_key_code(tonal.key, tonal.scale));
  const auto& [key, scale, weight] = tonal.second;
  if (!key.empty()) {
    told += "; or " + key + " " + scale + " (" + std::to_string(std::lround(100 * weight)) + " %" +
            code("", camelot_code(key, scale)) + ")";
  }
  return line("Key               %s %s, %s; A = %.1f Hz", tonal.key.c_str(), tonal.scale.c_str(),
              told.c_str(), tonal.tuning_hz);
}

/// Longer than line() takes, if the tags are.
std::string tags_line(const audio::Tags& tags) {
  std::string told;
  for (const auto& text : {tags.artist, tags.title, tags.album,
                           tags.year ? std::to_string(*tags.year) : "", tags.genre})
    if (!text.empty()) told += (told.empty() ? "" : " · ") + text;
  return told.empty() ? "" : "  Tags              " + told + "\n";
}

std::string source_line(const audio::Source& source) {
  auto told = source.codec + ", " + std::to_string(source.sample_rate_hz) + " Hz, ";
  if (source.channels > 2)
    told += std::to_string(source.channels) + " channels";
  else
    told += source.channels == 1 ? "mono" : "stereo";
  if (source.bits_per_sample)
    told += ", " + std::to_string(*source.bits_per_sample) + " bits";
  else if (source.bit_rate_bps)
    told += ", " + std::to_string(std::lround(*source.bit_rate_bps / 1000)) + " kbit/s";
  return line("File              %s", told.c_str());
}

}  // namespace

std::string to_json(const Report& report) {
  const auto& scores = report.scores;
  const auto& core = report.measured.core;
  const auto& rhythm = report.measured.rhythm;
  const auto& tonal = report.measured.tonal;
  const auto& structure = report.measured.structure;
  Json json;
  json["hit_factor"] = scores.hit_factor;
  json["scores"] = {{"audio", scores.audio},
                    {"lyrics", scores.lyrics},
                    {"brand", scores.brand},
                    {"market", scores.market}};
  json["recommendations"] = recommendations_array(report);
  json["similar_hits"] = similar_hits_array(report);
  if (report.reference) json["reference"] = reference_json(*report.reference);
  json["model_version"] = kModelVersion;
  json["features"] = features_json(core.features);
  json["rhythm"] = rhythm_json(rhythm);
  json["tonal"] = tonal_json(tonal);
  json["structure"] = Json::array();
  for (const auto& [start_s, end_s, label] : structure.sections) {
    json["structure"].push_back(
        {{"start", rounded(start_s, 2)}, {"end", rounded(end_s, 2)}, {"label", label}});
  }
  json["intro_s"] = rounded(structure.intro_s, 2);
  json["loudness"] = loudness_json(core.loudness);
  json["source"] = source_json(report.measured.source);
  if (report.file_tags != audio::Tags{}) json["file_tags"] = file_tags_json(report.file_tags);
  json["dynamics"] = {{"complexity", rounded(core.dynamic_complexity_db, 2)}};
  json["onset_rate"] = rounded(rhythm.onsets_per_s, 3);
  json["danceability"] = rounded(core.danceability, 3);
  if (has_tags(report.measured)) {
    json["tags"] = tags_json(*report.measured.tags);
    json["vocals"] = vocals_json(*report.measured.tags);
  }
  json["duration_s"] = finite(core.duration_s);
  json["lyrics_words"] = report.lyrics_words;
  json["warnings"] = report.warnings;
  json["analysis"] = analysis_json(report.measured);
  return dump(json);
}

std::string recommendations_json(const Report& report) {
  return dump(recommendations_array(report));
}

std::string similar_hits_json(const Report& report) {
  Json array = Json::array();
  for (const auto& hit : report.similar_hits) array.push_back(similar_hit_json(hit));
  return dump(array);
}

std::string to_text(const Report& report, std::string_view title) {
  const auto& scores = report.scores;
  const auto& core = report.measured.core;
  const auto& rhythm = report.measured.rhythm;
  const auto& tonal = report.measured.tonal;
  const auto& features = core.features;
  const auto seconds = std::lround(core.duration_s);
  std::string text(title);
  text += "\n";
  text += tags_line(report.file_tags);
  text += line("Hit Factor        %d of 100  (audio %d, lyrics %d, brand %d, market %d; %s)",
               scores.hit_factor, scores.audio, scores.lyrics, scores.brand, scores.market,
               std::string(kModelVersion).c_str());
  text += line("Length            %ld:%02ld", seconds / 60, seconds % 60);
  if (!report.measured.source.codec.empty()) text += source_line(report.measured.source);
  text += tempo_line(rhythm);
  if (!rhythm.time_signature.empty()) {
    text += line("Metre             %s, %s", rhythm.time_signature.c_str(),
                 sure(rhythm.time_signature_confidence, kSureMetre).c_str());
  }
  if (features.tempo_bpm > 0) text += line("librosa's tempo   %.1f BPM", features.tempo_bpm);
  if (!tonal.key.empty()) text += key_line(tonal);
  if (core.loudness.integrated_lufs && core.loudness.true_peak_dbtp) {
    text += line("Loudness          %.1f LUFS, true peak %.1f dBTP", *core.loudness.integrated_lufs,
                 *core.loudness.true_peak_dbtp);
  }
  if (has_tags(report.measured)) text += tags_text(*report.measured.tags);
  text += line("Loudness (RMS)    %.4f  (%.1f dBFS)", features.rms_mean,
               20 * std::log10(std::max(features.rms_mean, 1e-6)));
  text += line("Brightness        centroid %.0f Hz, roll-off %.0f Hz",
               features.spectral_centroid_mean_hz, features.spectral_rolloff_mean_hz);
  text += line("Zero crossings    %.4f a sample", features.zcr_mean);
  std::string mfcc;
  for (const double value : features.mfcc_mean) mfcc += " " + std::to_string(std::lround(value));
  text += line("MFCC             %s", mfcc.c_str());
  text += line("Lyrics            %zu words", report.lyrics_words);
  for (const auto& advice : report.recommendations) {
    text += "  - " + std::string(advice.type) + " (" + std::string(advice.priority) +
            "): " + advice.note + "\n";
  }
  for (const auto& warning : report.warnings) text += "  ! " + warning + "\n";
  return text;
}

}  // namespace aura::analysis
