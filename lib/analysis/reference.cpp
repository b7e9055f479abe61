#include "aura/analysis/reference.h"

namespace aura::analysis {
namespace {

double similarity_of(const Timbre& track, const Timbre& reference, const Space& space) {
  const auto a = space.place(track.values);
  const auto b = space.place(reference.values);
  if (a == b) return 1;
  return Space::similarity(distance(a, b), space.crowd(a), space.crowd(b));
}

std::vector<Reference::Octave> spectrum_of(const Spectrum& track, const Spectrum& reference) {
  std::vector<Reference::Octave> octaves;
  if (track.is_silent() || reference.is_silent()) return octaves;
  for (std::size_t i = 0; i < kOctaves; ++i)
    octaves.push_back({octave_centre_hz(i), track.octaves_db[i] - reference.octaves_db[i]});
  return octaves;
}

}  // namespace

Reference compare(const Measurements& track, const Measurements& reference, const Space& space) {
  Reference result{.similarity = similarity_of(track.timbre, reference.timbre, space),
                   .key = reference.tonal.key,
                   .scale = reference.tonal.scale,
                   .loudness_lufs = reference.core.loudness.integrated_lufs,
                   .spectrum = spectrum_of(track.spectrum, reference.spectrum)};
  if (reference.rhythm.bpm > 0) {
    result.tempo_bpm = reference.rhythm.bpm;
    if (track.rhythm.bpm > 0)
      result.tempo_percent = 100 * (track.rhythm.bpm / reference.rhythm.bpm - 1);
  }
  const auto& loudness = track.core.loudness.integrated_lufs;
  if (loudness && result.loudness_lufs) result.loudness_lu = *loudness - *result.loudness_lufs;
  return result;
}

}  // namespace aura::analysis
