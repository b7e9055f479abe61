#include "to_interleaved.h"

#include <string>

#include "aura/base/error.h"
#include "channels.h"

namespace aura::audio {
namespace {

/// The speakers that a WAV can name, which have the same bits there as in FFmpeg.
constexpr std::uint64_t kSpeakersOfWav = (1U << 18) - 1;

/// Returns the form of `frame`, whose layout owns no memory. One channel is mono, two are stereo;
/// more channels that name no speakers, or more than these, have unknown ones.
SampleForm form_of(const AVFrame& frame) {
  SampleForm form{frame.sample_rate, {}};
  const int channels = frame.ch_layout.nb_channels;
  if (frame.ch_layout.order == AV_CHANNEL_ORDER_NATIVE)
    form.layout = frame.ch_layout;
  else if (channels == 1 || channels == 2)
    av_channel_layout_default(&form.layout, channels);
  else
    form.layout = {AV_CHANNEL_ORDER_UNSPEC, channels, {0}, nullptr};
  return form;
}

std::uint32_t speakers_of(const AVChannelLayout& layout) {
  const bool is_known =
      layout.order == AV_CHANNEL_ORDER_NATIVE && (layout.u.mask & ~kSpeakersOfWav) == 0;
  return is_known ? static_cast<std::uint32_t>(layout.u.mask) : 0;
}

void check_channels(int channels) {
  if (channels >= 1 && channels <= kMaxChannels) return;
  throw JobError("undecodable",
                 "the file has " + std::to_string(channels) +
                     " channels: export the track in stereo and upload it again",
                 Retry::kNo);
}

}  // namespace

ToInterleaved::ToInterleaved(const InterleavedSink& sink, const DecodeLimits& limits,
                             const SoundFormat& wanted)
    : sink_(sink), limits_(limits), format_(wanted) {}

void ToInterleaved::push(const AVFrame& frame, bool /*in_16_bit*/) {
  const auto form = form_of(frame);
  if (!count_) begin(form);
  if (!resampler_ || form != input_) change_to(form);
  write(resampler_->push(interleave(frame)));
}

void ToInterleaved::begin(const SampleForm& first) {
  check_input_rate(first.sample_rate_hz);
  check_channels(first.layout.nb_channels);
  output_ = first;
  if (format_.sample_rate_hz > 0) output_.sample_rate_hz = format_.sample_rate_hz;
  if (format_.channels > 0 && format_.channels != first.layout.nb_channels)
    av_channel_layout_default(&output_.layout, format_.channels);
  format_ = {output_.sample_rate_hz, output_.layout.nb_channels, speakers_of(output_.layout)};
  count_.emplace(limits_, output_.sample_rate_hz);
}

void ToInterleaved::change_to(const SampleForm& form) {
  check_input_rate(form.sample_rate_hz);
  check_channels(form.layout.nb_channels);
  finish();
  input_ = form;
  is_spread_ = form.layout.nb_channels == 1 && format_.channels > 1;
  resampler_ = std::make_unique<Resampler>(
      SampleForm{form.sample_rate_hz, is_spread_ ? output_.layout : form.layout}, output_);
}

std::span<const float> ToInterleaved::interleave(const AVFrame& frame) {
  const auto size = static_cast<std::size_t>(frame.nb_samples);
  use_channels(frame, [&](const auto& channels) {
    const auto count = is_spread_ ? static_cast<std::size_t>(format_.channels) : channels.size();
    samples_.resize(size * count);
    for (std::size_t c = 0; c < count; ++c) {
      const auto channel = channels[is_spread_ ? 0 : c];
      std::size_t not_numbers = 0;
      for (std::size_t i = 0; i < size; ++i) {
        const auto sample = channel[i];
        const bool sound = is_sound(sample);
        not_numbers += static_cast<std::size_t>(!sound);
        samples_[i * count + c] = sound ? to_float(sample) : 0.0F;
      }
      if (c == 0 || !is_spread_) not_numbers_ += not_numbers;
    }
  });
  return samples_;
}

void ToInterleaved::finish() {
  if (resampler_) write(resampler_->finish());
  resampler_.reset();
}

void ToInterleaved::write(std::span<const float> block) {
  count_->add(block.size() / static_cast<std::size_t>(format_.channels));
  if (!block.empty()) sink_(format_, block);
}

std::chrono::duration<double> ToInterleaved::duration() const {
  return count_ ? count_->duration() : std::chrono::duration<double>(0);
}

}  // namespace aura::audio
