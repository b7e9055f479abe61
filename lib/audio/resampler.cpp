#include "resampler.h"

#include <cmath>
#include <stdexcept>
#include <string>

#include "aura/base/error.h"

namespace aura::audio {
namespace {

constexpr double kPrecisionBits = 20;  // soxr's "high quality"
constexpr std::size_t kDrainBlock = 4096;

/// Returns `layout`, with the usual speakers if it names none.
AVChannelLayout with_speakers(const AVChannelLayout& layout) {
  AVChannelLayout named = layout;  // owns no memory
  if (layout.order == AV_CHANNEL_ORDER_UNSPEC)
    av_channel_layout_default(&named, layout.nb_channels);
  return named;
}

JobError not_mixable(int channels) {
  return {"undecodable",
          "the " + std::to_string(channels) +
              " channels of the file can't be mixed: export the track in stereo and upload it "
              "again",
          Retry::kNo};
}

}  // namespace

bool SampleForm::operator==(const SampleForm& other) const noexcept {
  return sample_rate_hz == other.sample_rate_hz &&
         av_channel_layout_compare(&layout, &other.layout) == 0;
}

Resampler::Resampler(int input_rate_hz, int output_rate_hz)
    : Resampler(SampleForm{input_rate_hz}, SampleForm{output_rate_hz}) {}

Resampler::Resampler(const SampleForm& input, const SampleForm& output)
    : input_rate_hz_(input.sample_rate_hz),
      input_channels_(static_cast<std::size_t>(input.layout.nb_channels)),
      output_channels_(static_cast<std::size_t>(output.layout.nb_channels)),
      ratio_(static_cast<double>(output.sample_rate_hz) /
             static_cast<double>(input.sample_rate_hz)) {
  if (input == output) return;
  auto from = with_speakers(input.layout), to = with_speakers(output.layout);
  const bool is_mixed = av_channel_layout_compare(&from, &to) != 0;
  const bool is_unnamed =
      from.order == AV_CHANNEL_ORDER_UNSPEC || to.order == AV_CHANNEL_ORDER_UNSPEC;
  if (is_mixed && is_unnamed) throw not_mixable(from.nb_channels);
  SwrContext* swr = nullptr;
  const int set = swr_alloc_set_opts2(&swr, &to, AV_SAMPLE_FMT_FLT, output.sample_rate_hz, &from,
                                      AV_SAMPLE_FMT_FLT, input.sample_rate_hz, 0, nullptr);
  swr_.reset(swr);
  if (set < 0) throw std::bad_alloc();
  av_opt_set_int(swr, "resampler", SWR_ENGINE_SOXR, 0);
  av_opt_set_double(swr, "precision", kPrecisionBits, 0);
  av_opt_set_double(swr, "rematrix_maxval", 1.0, 0);
  if (swr_init(swr) >= 0) return;
  if (is_mixed) throw not_mixable(from.nb_channels);
  throw std::runtime_error("FFmpeg was built without the SoX resampler");
}

std::size_t Resampler::convert(const float* samples, std::size_t count, std::size_t room) {
  const std::size_t before = output_.size();
  output_.resize(before + room * output_channels_);
  auto* out = reinterpret_cast<std::uint8_t*>(output_.data() + before);
  const auto* in = reinterpret_cast<const std::uint8_t*>(samples);
  const int converted = swr_convert(swr_.get(), &out, static_cast<int>(room),
                                    samples == nullptr ? nullptr : &in, static_cast<int>(count));
  if (converted < 0) throw std::bad_alloc();
  output_.resize(before + static_cast<std::size_t>(converted) * output_channels_);
  return static_cast<std::size_t>(converted);
}

std::span<const float> Resampler::push(std::span<const float> samples) {
  if (!swr_ || samples.empty()) return samples;
  output_.clear();
  const auto count = samples.size() / input_channels_;
  taken_ += count;
  // Room for more than these samples come to: what is late from one call fits into the next.
  const auto room = static_cast<std::size_t>(static_cast<double>(count) * ratio_) + kDrainBlock;
  given_ += convert(samples.data(), count, room);
  return output_;
}

std::span<const float> Resampler::finish() {
  output_.clear();
  if (!swr_) return output_;
  while (convert(nullptr, 0, kDrainBlock) > 0) {
  }
  // The product is librosa's, rounding included.
  const auto total = static_cast<std::uint64_t>(std::ceil(static_cast<double>(taken_) * ratio_));
  const auto rest = total > given_ ? static_cast<std::size_t>(total - given_) : 0;
  output_.resize(rest * output_channels_);
  return output_;
}

}  // namespace aura::audio
