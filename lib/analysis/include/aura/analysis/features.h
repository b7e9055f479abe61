#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>

#include "aura/analysis/pictures.h"
#include "aura/analysis/rhythm.h"
#include "aura/analysis/spectrum.h"
#include "aura/analysis/structure.h"
#include "aura/analysis/timbre.h"

namespace aura::dsp {
struct TunedChroma;
}

namespace aura::analysis {

/// Means of librosa's features over the frames of a track, as librosa 0.10.1 returns them with
/// default arguments: dsp::kFftSize samples per frame, dsp::kHopLength apart, centred, periodic
/// Hann window. Every number is finite.
struct Features {
  double tempo_bpm = 0;  ///< 0 without onsets
  double spectral_centroid_mean_hz = 0;
  double spectral_rolloff_mean_hz = 0;
  double zcr_mean = 0;  ///< changes of sign per sample
  std::array<double, 13> mfcc_mean{};
  double rms_mean = 0;  ///< full scale is 1

  bool operator==(const Features&) const = default;
};

/// Receives the progress of a job in percent, see step.
using OnProgress = std::function<void(int)>;

struct Extraction;  // the data condensed from the samples of a track

/// The rhythm of a track, and the data that its pictures need. Not thread-safe.
class ExtractedRhythm {
 public:
  explicit ExtractedRhythm(std::unique_ptr<Extraction> extraction);
  ~ExtractedRhythm();
  ExtractedRhythm(ExtractedRhythm&&) noexcept;
  ExtractedRhythm& operator=(ExtractedRhythm&&) noexcept;

  /// Returns the rhythm, valid while this object lives and is not moved.
  const Rhythm& rhythm() const noexcept;

  /// Finds the form of the track from `chroma` too. Memory: less than 1 MB. Throws Stopped after
  /// `stop` is requested, and what Spool::read throws.
  Structure structure(const dsp::TunedChroma& chroma, const std::stop_token& stop = {}) const;

  /// Draws the track. Memory: less than 1 MB. Throws Stopped after `stop` is requested, and what
  /// Spool::read throws.
  Pictures pictures(const std::stop_token& stop = {}) const;

 private:
  std::unique_ptr<Extraction> extraction_;
};

/// The features of a track, and the data that its rhythm needs. Not thread-safe.
class ExtractedFeatures {
 public:
  ExtractedFeatures(const Features& features, std::unique_ptr<Extraction> extraction);
  ~ExtractedFeatures();
  ExtractedFeatures(ExtractedFeatures&&) noexcept;
  ExtractedFeatures& operator=(ExtractedFeatures&&) noexcept;

  const Features& features() const noexcept { return features_; }

  /// Finds the timbre of the track from `chroma` too. Memory: less than 1 MB. Throws Stopped after
  /// `stop` is requested, and what Spool::read throws.
  Timbre timbre(const dsp::TunedChroma& chroma, const std::stop_token& stop = {}) const;

  /// Returns the spectrum of the track.
  Spectrum spectrum() const;

  /// Finds the rhythm in the mel spectrogram and moves the data on. Memory: 2.8 kB per second of
  /// audio, 30 MB for three hours. Throws Stopped after `stop` is requested, and what Spool::read
  /// throws.
  ExtractedRhythm rhythm(const std::stop_token& stop = {}) &&;

 private:
  Features features_;
  std::unique_ptr<Extraction> extraction_;
};

/// Computes features from samples that come in blocks of any size. Not thread-safe.
///
/// Memory: less than 1 MB, and at most 16 MiB of the mel spectrogram; the rest of the spectrogram
/// is in a temporary file (see dsp::LogMelSpectrogram). finish() also takes 0.5 kB per second of
/// audio, 6 MB for three hours, for two copies of the onset envelope. Keeps no samples.
class FeatureExtractor {
 public:
  /// Rhythm and pictures are right only with dsp::kSampleRateHz.
  explicit FeatureExtractor(int sample_rate_hz);
  ~FeatureExtractor();
  FeatureExtractor(FeatureExtractor&&) noexcept;
  FeatureExtractor& operator=(FeatureExtractor&&) noexcept;

  /// Takes the next samples: mono, full scale 1. Throws JobError "bad_samples" if a sample is NaN
  /// or its magnitude exceeds 1e30, and what Spool::append throws.
  void push(std::span<const float> samples);

  /// Ends the track and returns its features. Without samples these are the features of a silent
  /// frame. Calls `on_progress` from the calling thread with step::kSpectra, kOnsets and kTempo.
  /// Throws Stopped after `stop` is requested, and what Spool::read and `on_progress` throw.
  ExtractedFeatures finish(const OnProgress& on_progress = {}, const std::stop_token& stop = {}) &&;

 private:
  std::unique_ptr<Extraction> extraction_;
};

}  // namespace aura::analysis
