#include "aura/analysis/features.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "aura/analysis/step.h"
#include "aura/base/error.h"
#include "aura/dsp/frame_analyser.h"
#include "aura/dsp/framing.h"
#include "aura/dsp/log_mel.h"
#include "aura/dsp/mfcc.h"
#include "aura/dsp/onset.h"
#include "aura/dsp/tempo.h"
#include "aura/dsp/waveform.h"
#include "draw.h"
#include "find_rhythm.h"
#include "find_structure.h"
#include "find_timbre.h"
#include "number_rules.h"
#include "spectrum_meter.h"

namespace aura::analysis {

struct Extraction {
  explicit Extraction(int rate_hz) : sample_rate_hz(rate_hz) {}

  void add_frames(const dsp::FrameGroup& group) {
    for (std::size_t i = 0; i < group.frames; ++i) {
      centroid_sum_bins += static_cast<double>(group.centroid[i]);
      rolloff_sum_bins += static_cast<double>(group.rolloff[i]);
      zcr_sum += group.zcr[i];
      rms_sum += group.rms[i];
    }
    log_mel.push(group.mel_db, group.lanes, group.frames);
    spectrum.add(group);
  }

  int sample_rate_hz;
  dsp::FrameAnalyser analyser{sample_rate_hz, dsp::kFftSize, dsp::kHopLength, dsp::kMelBands};
  dsp::LogMelSpectrogram log_mel{dsp::kMelBands};
  SpectrumMeter spectrum{sample_rate_hz};
  dsp::Waveform waveform;
  FoundRhythm found;
  double centroid_sum_bins = 0;
  double rolloff_sum_bins = 0;
  double zcr_sum = 0;
  double rms_sum = 0;
};

FeatureExtractor::FeatureExtractor(int sample_rate_hz)
    : extraction_(std::make_unique<Extraction>(sample_rate_hz)) {}
FeatureExtractor::~FeatureExtractor() = default;
FeatureExtractor::FeatureExtractor(FeatureExtractor&&) noexcept = default;
FeatureExtractor& FeatureExtractor::operator=(FeatureExtractor&&) noexcept = default;

void FeatureExtractor::push(std::span<const float> samples) {
  // Counts them all: to stop at the first takes a branch for each sample.
  std::uint32_t beyond = 0;
  for (const float sample : samples)
    beyond += static_cast<std::uint32_t>(!(std::abs(sample) <= kMaxSample));
  if (beyond > 0) {
    throw JobError(
        "bad_samples",
        "The audio holds values that are not sound: export the track again and upload it",
        Retry::kNo);
  }
  extraction_->analyser.push(
      samples, [this](const dsp::FrameGroup& group) { extraction_->add_frames(group); });
  extraction_->waveform.push(samples);
}

ExtractedFeatures FeatureExtractor::finish(const OnProgress& on_progress,
                                           const std::stop_token& stop) && {
  const auto report = [&](int progress) {
    if (stop.stop_requested()) throw Stopped();
    if (on_progress) on_progress(progress);
  };
  Extraction& state = *extraction_;
  state.analyser.finish([&](const dsp::FrameGroup& group) { state.add_frames(group); });
  const auto frames = static_cast<double>(state.log_mel.frames());
  const double bin_width_hz = state.sample_rate_hz / static_cast<double>(dsp::kFftSize);
  Features features;
  features.spectral_centroid_mean_hz = bin_width_hz * state.centroid_sum_bins / frames;
  features.spectral_rolloff_mean_hz = bin_width_hz * state.rolloff_sum_bins / frames;
  features.zcr_mean = state.zcr_sum / frames;
  features.rms_mean = state.rms_sum / frames;
  report(step::kSpectra);

  const auto mfcc = dsp::mean_mfcc(state.log_mel, features.mfcc_mean.size());
  std::copy(mfcc.begin(), mfcc.end(), features.mfcc_mean.begin());
  const auto onsets = dsp::onset_envelope(state.log_mel, dsp::kFftSize / 2 / dsp::kHopLength, stop);
  report(step::kOnsets);

  features.tempo_bpm = dsp::estimate_tempo_bpm(onsets, state.sample_rate_hz, dsp::kHopLength, stop);
  report(step::kTempo);
  return {features, std::move(extraction_)};
}

ExtractedFeatures::ExtractedFeatures(const Features& features,
                                     std::unique_ptr<Extraction> extraction)
    : features_(features), extraction_(std::move(extraction)) {}
ExtractedFeatures::~ExtractedFeatures() = default;
ExtractedFeatures::ExtractedFeatures(ExtractedFeatures&&) noexcept = default;
ExtractedFeatures& ExtractedFeatures::operator=(ExtractedFeatures&&) noexcept = default;

Timbre ExtractedFeatures::timbre(const dsp::TunedChroma& chroma,
                                 const std::stop_token& stop) const {
  return find_timbre(extraction_->log_mel, chroma, stop);
}

Spectrum ExtractedFeatures::spectrum() const {
  return extraction_->spectrum.spectrum();
}

ExtractedRhythm ExtractedFeatures::rhythm(const std::stop_token& stop) && {
  extraction_->found = find_rhythm(extraction_->log_mel, stop);
  return ExtractedRhythm(std::move(extraction_));
}

ExtractedRhythm::ExtractedRhythm(std::unique_ptr<Extraction> extraction)
    : extraction_(std::move(extraction)) {}
ExtractedRhythm::~ExtractedRhythm() = default;
ExtractedRhythm::ExtractedRhythm(ExtractedRhythm&&) noexcept = default;
ExtractedRhythm& ExtractedRhythm::operator=(ExtractedRhythm&&) noexcept = default;

const Rhythm& ExtractedRhythm::rhythm() const noexcept {
  return extraction_->found.rhythm;
}

Structure ExtractedRhythm::structure(const dsp::TunedChroma& chroma,
                                     const std::stop_token& stop) const {
  const double duration_s =
      static_cast<double>(extraction_->waveform.samples()) / extraction_->sample_rate_hz;
  return find_structure(extraction_->log_mel, chroma, duration_s, stop);
}

Pictures ExtractedRhythm::pictures(const std::stop_token& stop) const {
  return draw(extraction_->waveform, extraction_->log_mel, extraction_->found, stop);
}

}  // namespace aura::analysis
