#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>

#include "aura/analysis/pictures.h"
#include "aura/analysis/rhythm.h"

namespace aura::analysis {

/// What a track's samples say of it: means over its frames (2048 samples, 512 apart, centred,
/// periodic Hann window) of librosa's features, as librosa 0.10.1 gives them with its default
/// arguments. Every number is finite.
struct Features {
  double tempo_bpm = 0;  ///< 0 where nothing sets in.
  double spectral_centroid_mean_hz = 0;
  double spectral_rolloff_mean_hz = 0;
  double zcr_mean = 0;
  std::array<double, 13> mfcc_mean{};
  double rms_mean = 0;
};

/// Hears the job's progress: 30 at the end of the pass over the samples, 40 after MFCC and onset
/// envelope, 50 after the tempo.
using OnProgress = std::function<void(int)>;

/// Makes features of samples that come in blocks of any size. One thread at a time.
///
/// Memory: less than 1 MB and at most 16 MiB of the mel spectrogram, the rest of which lies in a
/// temporary file (see dsp::LogMelSpectrogram). In finish(), 0.5 kB for each second of audio at
/// 22,050 Hz as well, 6 MB for three hours: the onset envelope, once in single and once in double
/// precision. The samples themselves are not kept.
class FeatureExtractor {
 public:
  explicit FeatureExtractor(int sample_rate_hz);
  ~FeatureExtractor();
  FeatureExtractor(FeatureExtractor&&) noexcept;
  FeatureExtractor& operator=(FeatureExtractor&&) noexcept;

  /// Takes the next samples: mono, full scale at 1. Throws JobError "bad_samples" for one that is
  /// not a number or beyond all measure, and what Spool::append does.
  void push(std::span<const float> samples);

  /// Ends the track; nothing may be pushed afterwards. A track of no samples has the features of a
  /// silent frame. Throws Stopped, what Spool::read and what `on_progress` throw.
  Features finish(const OnProgress& on_progress = {}, const std::stop_token& stop = {});

  /// After finish() alone, from the mel spectrogram that the features were made of. Memory: 2.8 kB
  /// for each second of audio, 30 MB for three hours. Throws Stopped and what Spool::read does.
  Rhythm rhythm(const std::stop_token& stop = {});

  /// After rhythm() alone. Memory: less than 1 MB. Throws as rhythm() does.
  Pictures pictures(const std::stop_token& stop = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace aura::analysis
