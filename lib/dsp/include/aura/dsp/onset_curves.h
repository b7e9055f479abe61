#pragma once

#include <stop_token>
#include <vector>

#include "aura/dsp/log_mel.h"

namespace aura::dsp {

/// What sets in at each frame of a track, in three registers, and how much its harmony changes
/// there. One value a frame each, 16 bytes a frame in all; never negative; each curve has a
/// standard deviation near 1 for each part it was added from, or is 0 throughout.
struct OnsetCurves {
  std::vector<float> low;     ///< up to 300 Hz: kick and bass
  std::vector<float> mid;     ///< 300 Hz to 1.2 kHz: snare, chords, melody
  std::vector<float> high;    ///< above: cymbals and consonants
  std::vector<float> chords;  ///< how far the spectrum of the third of a second after a frame is
                              ///< from that before it, whatever the level; 100 Hz to 1.5 kHz
};

/// The curves of a mel spectrogram of 128 bands at 22,050 Hz with a hop of 512 samples; all
/// constants are in its bands and frames. An onset is the mean rise in dB over the frame before
/// (falls count as 0) of six groups of bands, each above its mean over the second around it and
/// scaled to a standard deviation of 1, so that a quiet hi-hat tells as much as a loud kick. What
/// lies 60 dB below the loudest cell is taken for silence. Throws Stopped, and JobError where the
/// spectrogram can't be read back.
OnsetCurves onset_curves(const LogMelSpectrogram& log_mel, const std::stop_token& stop = {});

}  // namespace aura::dsp
