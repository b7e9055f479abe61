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

  bool operator==(const Features&) const = default;
};

/// Hears the job's progress: 30 at the end of the pass over the samples, 40 after MFCC and onset
/// envelope, 50 after the tempo.
using OnProgress = std::function<void(int)>;

struct Extraction;  // what the samples of one track have been condensed to

/// The rhythm of a track, and the data that pictures are drawn from. Not thread-safe.
class ExtractedRhythm {
 public:
  explicit ExtractedRhythm(std::unique_ptr<Extraction> extraction);
  ~ExtractedRhythm();
  ExtractedRhythm(ExtractedRhythm&&) noexcept;
  ExtractedRhythm& operator=(ExtractedRhythm&&) noexcept;

  const Rhythm& rhythm() const noexcept;

  /// Draws the track. Memory: less than 1 MB. Throws Stopped if `stop` asks, and what Spool::read
  /// throws.
  Pictures pictures(const std::stop_token& stop = {}) const;

 private:
  std::unique_ptr<Extraction> extraction_;
};

/// The features of a track, and the data that its rhythm is found in. Not thread-safe.
class ExtractedFeatures {
 public:
  ExtractedFeatures(const Features& features, std::unique_ptr<Extraction> extraction);
  ~ExtractedFeatures();
  ExtractedFeatures(ExtractedFeatures&&) noexcept;
  ExtractedFeatures& operator=(ExtractedFeatures&&) noexcept;

  const Features& features() const noexcept { return features_; }

  /// Finds the rhythm in the mel spectrogram of the features. Memory: 2.8 kB for each second of
  /// audio, 30 MB for three hours. Throws Stopped if `stop` asks, and what Spool::read throws.
  ExtractedRhythm rhythm(const std::stop_token& stop = {}) &&;

 private:
  Features features_;
  std::unique_ptr<Extraction> extraction_;
};

/// Makes features of samples that come in blocks of any size. Not thread-safe.
///
/// Memory: less than 1 MB and at most 16 MiB of the mel spectrogram; the rest of the spectrogram
/// lies in a temporary file (see dsp::LogMelSpectrogram). finish() also takes 0.5 kB for each
/// second of audio at 22,050 Hz, 6 MB for three hours: the onset envelope, once in single and once
/// in double precision. The samples themselves are not kept.
class FeatureExtractor {
 public:
  explicit FeatureExtractor(int sample_rate_hz);
  ~FeatureExtractor();
  FeatureExtractor(FeatureExtractor&&) noexcept;
  FeatureExtractor& operator=(FeatureExtractor&&) noexcept;

  /// Takes the next samples: mono, full scale at 1. Throws JobError "bad_samples" if one is not a
  /// number or far beyond full scale, and what Spool::append throws.
  void push(std::span<const float> samples);

  /// Ends the track. A track without samples has the features of a silent frame. Throws Stopped if
  /// `stop` asks, and what Spool::read and `on_progress` throw.
  ExtractedFeatures finish(const OnProgress& on_progress = {}, const std::stop_token& stop = {}) &&;

 private:
  std::unique_ptr<Extraction> extraction_;
};

}  // namespace aura::analysis
