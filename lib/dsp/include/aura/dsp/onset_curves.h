#pragma once

#include <array>
#include <stop_token>
#include <vector>

#include "aura/dsp/log_mel.h"

namespace aura::dsp {

/// What sets in at each frame of a track, how loud it is, and how much its harmony changes there:
/// one value a frame each, some 40 bytes a frame in all. The registers are up to 300 Hz (kick and
/// bass), up to 1.2 kHz (snare, chords, melody) and above (cymbals and consonants).
struct OnsetCurves {
  std::vector<float> low;   ///< rises in dB in the three registers, however loud; never negative,
  std::vector<float> mid;   ///< and each a sum of two with a standard deviation near 1, or 0
  std::vector<float> high;  ///< throughout
  float rise_db = 0;        ///< what a standard deviation of these is, in the mean over all groups
  std::vector<float> chords;  ///< how far the spectrum of the third of a second after a frame is
                              ///< from that before it, whatever the level; 100 Hz to 1.5 kHz
  std::array<std::vector<float>, 3> accents;  ///< rises in amplitude: the louder, the more
  std::array<std::vector<float>, 3> levels;   ///< dB above the mean of the three seconds around
  std::vector<bool> sounds;                   ///< whether there is anything but silence
};

/// The curves of a mel spectrogram of 128 bands at 22,050 Hz with a hop of 512 samples; all
/// constants are in its bands and frames. An onset is the mean rise in dB over the frame before
/// (falls count as 0) of six groups of bands, each above its mean over the second around it and
/// scaled to a standard deviation of 1, so that a quiet hi-hat tells as much as a loud kick. An
/// accent is the same of amplitudes, so that it tells less. What lies 60 dB below the loudest cell
/// is taken for silence. Throws Stopped, and JobError where the spectrogram can't be read back.
OnsetCurves onset_curves(const LogMelSpectrogram& log_mel, const std::stop_token& stop = {});

}  // namespace aura::dsp
