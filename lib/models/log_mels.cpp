#include "aura/models/log_mels.h"

#include <array>
#include <cassert>
#include <cmath>

namespace aura::models {
namespace {

constexpr std::size_t kFftSize = 512;

dsp::FrameAnalyser::OnGroup frame_by_frame(const LogMels::OnFrame& on_frame) {
  return [&on_frame](const dsp::FrameGroup& group) {
    std::array<float, LogMels::kBands> bands{};
    for (std::size_t frame = 0; frame < group.frames; ++frame) {
      const float scale = std::ldexp(10'000.0F, static_cast<int>(group.doublings[frame]));
      for (std::size_t band = 0; band < bands.size(); ++band)
        bands[band] = std::log10(group.mel[band * group.lanes + frame] * scale + 1);
      on_frame(bands);
    }
  };
}

}  // namespace

LogMels::LogMels(int sample_rate_hz) : analyser_(Resampler::kToHz, kFftSize, kHopLength, kBands) {
  assert(sample_rate_hz == Resampler::kToHz || sample_rate_hz == Resampler::kFromHz);
  if (sample_rate_hz == Resampler::kFromHz) resampler_.emplace();
}

void LogMels::push(std::span<const float> samples, const OnFrame& on_frame) {
  if (resampler_) {
    resampled_.clear();
    resampler_->push(samples, resampled_);
    samples = resampled_;
  }
  analyser_.push(samples, frame_by_frame(on_frame));
}

void LogMels::finish(const OnFrame& on_frame) {
  const auto on_group = frame_by_frame(on_frame);
  if (resampler_) {
    resampled_.clear();
    resampler_->finish(resampled_);
    analyser_.push(resampled_, on_group);
  }
  analyser_.finish(on_group);
}

}  // namespace aura::models
