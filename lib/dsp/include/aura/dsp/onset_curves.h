#pragma once

#include <array>
#include <stop_token>
#include <vector>

#include "aura/dsp/log_mel.h"

namespace aura::dsp {

/// Onsets, levels and changes of harmony of a track: curves with one value per frame, 40 bytes per
/// frame in all. The three registers reach up to 300 Hz (kick, bass), up to 1.2 kHz (snare, chords,
/// melody) and above (cymbals, consonants).
struct OnsetCurves {
  /// Onsets per register, from rises in dB, whatever the level. Never negative. Each is a sum of
  /// two groups of bands with a standard deviation near 1, or 0 throughout.
  std::vector<float> low;
  std::vector<float> mid;
  std::vector<float> high;
  float rise_db = 0;  ///< one standard deviation of an onset in dB, mean over the six groups
  /// How much the spectrum of the third of a second after a frame differs from the third before,
  /// whatever the level, from 100 Hz to 1.5 kHz.
  std::vector<float> chords;
  std::array<std::vector<float>, 3> accents;  ///< onsets per register, from rises in amplitude
  std::array<std::vector<float>, 3> levels;   ///< dB above the mean of the surrounding 3 s
  std::vector<bool> sounds;                   ///< whether the frame is more than silence
};

/// Returns the curves of a mel spectrogram with kMelBands at kSampleRateHz and kHopLength.
///
/// An onset is the mean rise in dB since the frame before (falls count as 0) in one of six groups
/// of bands. Only the part above the mean of the surrounding second counts, scaled to a standard
/// deviation of 1. So a quiet hi-hat counts as much as a loud kick. Accents are computed alike from
/// amplitudes, so there it counts less. 60 dB below the loudest cell is silence.
///
/// Thread-safe. Throws Stopped after `stop` is requested, and what Spool::read throws.
OnsetCurves onset_curves(const LogMelSpectrogram& log_mel, const std::stop_token& stop = {});

}  // namespace aura::dsp
