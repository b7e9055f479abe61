#include "any_measurements.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "made_tagger.h"

namespace aura::analysis {
namespace {

double number(Random& random) {
  return std::ldexp(std::uniform_real_distribution(0.0, 1.0)(random),
                    static_cast<int>(random() % 40) - 20);
}

double fraction(Random& random) {
  return std::uniform_real_distribution(0.0, 1.0)(random);
}

std::string text(Random& random) {
  const char* const pieces[] = {"", "\"quoted\"", "line\nbreak", "é", "\\", "F#", "plain"};
  return pieces[random() % std::size(pieces)];
}

std::optional<double> maybe(Random& random) {
  return random() % 3 == 0 ? std::nullopt : std::optional(-number(random));
}

template <typename Byte>
std::vector<Byte> bytes(Random& random, std::size_t count) {
  std::vector<Byte> values(count);
  for (auto& value : values) value = static_cast<Byte>(random());
  return values;
}

audio::Source any_source(Random& random) {
  audio::Source source;
  source.codec = text(random);
  source.is_lossless = random() % 2 == 0;
  source.sample_rate_hz = static_cast<int>(random() % 200'000);
  source.channels = static_cast<int>(random() % 8);
  if (random() % 2 == 0) source.bits_per_sample = static_cast<int>(random() % 33);
  if (random() % 2 == 0) source.bit_rate_bps = number(random);
  source.start_silence_s = number(random);
  source.end_silence_s = number(random);
  source.dc_offset = number(random);
  source.clipped_runs = random() % 1'000'000'000'001;
  if (random() % 2 == 0) source.balance_db = 100 * fraction(random);
  if (random() % 2 == 0) source.correlation = -fraction(random);
  if (random() % 2 == 0) source.width_db = -100 * fraction(random);
  source.cutoff_hz = number(random);
  source.cutoff_db = number(random);
  return source;
}

Tags any_tags(Random& random) {
  Tags tags;
  tags.tagging = any_tagger().tagging;
  tags.patches = 1 + random() % 100;
  for (float& score : tags.scores) score = static_cast<float>(fraction(random));
  for (float& value : tags.embedding) value = static_cast<float>(number(random) - number(random));
  for (auto i = random() % (Taggram::kMostColumns + 1); i-- > 0;)
    tags.taggram.starts_s.push_back(number(random));
  std::sort(tags.taggram.starts_s.begin(), tags.taggram.starts_s.end());
  tags.taggram.scores =
      bytes<std::uint8_t>(random, tags.taggram.starts_s.size() * models::Tagger::kTags);
  return tags;
}

}  // namespace

const NamedTagger& any_tagger() {
  static const NamedTagger tagger{{"made up", 8}, test::made_tagger()};
  return tagger;
}

Measurements any_measurements(Random& random) {
  Measurements measured;
  auto& [core, rhythm, tonal, structure, pictures, timbre, spectrum, source, fingerprint, tags] =
      measured;
  core.features = {number(random), number(random), number(random), fraction(random), {}, 1e-300};
  for (double& value : core.features.mfcc_mean) value = -number(random);
  core.loudness = {maybe(random), maybe(random), maybe(random)};
  core.danceability = number(random);
  core.dynamic_complexity_db = number(random);
  core.duration_s = number(random);
  for (auto i = random() % 4; i-- > 0;) core.warnings.push_back(text(random));
  rhythm.bpm = number(random);
  rhythm.confidence = fraction(random);
  for (auto i = random() % 6; i-- > 0;)
    rhythm.alternatives.push_back({number(random), fraction(random)});
  for (auto i = random() % 100; i-- > 0;) rhythm.beats_s.push_back(number(random));
  for (auto i = random() % 50; i-- > 0;) rhythm.downbeats_s.push_back(number(random));
  rhythm.tempo_curve.kind = text(random);
  for (auto i = random() % 100; i-- > 0;)
    rhythm.tempo_curve.points.push_back({number(random), number(random)});
  rhythm.time_signature = text(random);
  rhythm.time_signature_confidence = fraction(random);
  rhythm.onsets_per_s = number(random);
  tonal = {text(random),
           text(random),
           fraction(random),
           {text(random), text(random), fraction(random)},
           number(random)};
  for (auto i = random() % 20; i-- > 0;)
    structure.sections.push_back({number(random), number(random), text(random)});
  structure.intro_s = number(random);
  pictures.duration_s = number(random);
  pictures.low = bytes<std::int8_t>(random, random() % 801);
  pictures.high = bytes<std::int8_t>(random, pictures.low.size());
  pictures.highest_hz = number(random);
  pictures.spectrogram = bytes<std::uint8_t>(random, random() % 401 * Pictures::kBands);
  pictures.range_db = number(random);
  pictures.mfcc = bytes<std::int8_t>(random, random() % 401 * Pictures::kCoefficients);
  for (double& scale : pictures.mfcc_scale) scale = number(random);
  pictures.onsets = bytes<std::uint8_t>(random, random() % 801);
  for (auto i = random() % 300; i-- > 0;)
    pictures.tempi.push_back({number(random), fraction(random)});
  for (float& value : timbre.values) value = static_cast<float>(number(random) - number(random));
  for (double& level : spectrum.octaves_db) level = -number(random);
  source = any_source(random);
  for (auto i = 1 + random() % kMaxFingerprintItems; i-- > 0;)
    fingerprint.items.push_back(static_cast<std::uint32_t>(random()));
  tags = any_tags(random);
  return measured;
}

Measurements any_printable(Random& random) {
  auto measured = any_measurements(random);
  auto& warnings = measured.core.warnings;
  for (auto* text : {&measured.rhythm.time_signature, &measured.rhythm.tempo_curve.kind,
                     &measured.tonal.key, &measured.tonal.scale, &measured.tonal.second.key,
                     &measured.tonal.second.scale, &measured.source.codec})
    std::replace(text->begin(), text->end(), '\n', ' ');
  for (auto& section : measured.structure.sections)
    std::replace(section.label.begin(), section.label.end(), '\n', ' ');
  for (auto& text : warnings) std::replace(text.begin(), text.end(), '\n', ' ');
  return measured;
}

KnownParts known_of(const Measurements& measured) {
  KnownParts known;
  known.core = measured.core;
  known.rhythm = measured.rhythm;
  known.tonal = measured.tonal;
  known.structure = measured.structure;
  known.pictures = measured.pictures;
  known.timbre = measured.timbre;
  known.spectrum = measured.spectrum;
  known.source = measured.source;
  return known;
}

}  // namespace aura::analysis
