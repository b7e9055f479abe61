#include "resampler.h"

#include <cmath>
#include <stdexcept>

namespace aura::audio {
namespace {

constexpr double kPrecisionBits = 20;  // soxr's "high quality"
constexpr std::size_t kDrainBlock = 4096;

}  // namespace

Resampler::Resampler(int input_rate_hz, int output_rate_hz)
    : input_rate_hz_(input_rate_hz),
      ratio_(static_cast<double>(output_rate_hz) / static_cast<double>(input_rate_hz)) {
  if (input_rate_hz == output_rate_hz) return;
  AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
  SwrContext* swr = nullptr;
  const int set = swr_alloc_set_opts2(&swr, &mono, AV_SAMPLE_FMT_FLTP, output_rate_hz, &mono,
                                      AV_SAMPLE_FMT_FLTP, input_rate_hz, 0, nullptr);
  swr_.reset(swr);
  if (set < 0) throw std::bad_alloc();
  av_opt_set_int(swr, "resampler", SWR_ENGINE_SOXR, 0);
  av_opt_set_double(swr, "precision", kPrecisionBits, 0);
  if (swr_init(swr) < 0) throw std::runtime_error("FFmpeg was built without the SoX resampler");
}

std::size_t Resampler::convert(const float* samples, std::size_t count, std::size_t room) {
  const std::size_t before = output_.size();
  output_.resize(before + room);
  auto* out = reinterpret_cast<std::uint8_t*>(output_.data() + before);
  const auto* in = reinterpret_cast<const std::uint8_t*>(samples);
  const int converted = swr_convert(swr_.get(), &out, static_cast<int>(room),
                                    samples == nullptr ? nullptr : &in, static_cast<int>(count));
  if (converted < 0) throw std::bad_alloc();
  output_.resize(before + static_cast<std::size_t>(converted));
  return static_cast<std::size_t>(converted);
}

std::span<const float> Resampler::push(std::span<const float> samples) {
  if (!swr_ || samples.empty()) return samples;
  output_.clear();
  taken_ += samples.size();
  // Room for more than these samples come to: what is late from one call fits into the next.
  const auto room =
      static_cast<std::size_t>(static_cast<double>(samples.size()) * ratio_) + kDrainBlock;
  given_ += convert(samples.data(), samples.size(), room);
  return output_;
}

std::span<const float> Resampler::finish() {
  output_.clear();
  if (!swr_) return output_;
  while (convert(nullptr, 0, kDrainBlock) > 0) {
  }
  // The product is librosa's, rounding included.
  const auto total = static_cast<std::uint64_t>(std::ceil(static_cast<double>(taken_) * ratio_));
  output_.resize(total > given_ ? static_cast<std::size_t>(total - given_) : 0);
  return output_;
}

}  // namespace aura::audio
