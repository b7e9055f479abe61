#include "any_measurements.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

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

}  // namespace

Measurements any_measurements(Random& random) {
  Measurements measured;
  auto& [core, rhythm, tonal, pictures] = measured;
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
  rhythm.time_signature = text(random);
  rhythm.onsets_per_s = number(random);
  tonal = {text(random), text(random), fraction(random)};
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
  return measured;
}

}  // namespace aura::analysis
