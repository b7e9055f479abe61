#include "channel_loudness.h"

#include <algorithm>
#include <utility>

#include "channels.h"

namespace aura::audio {
namespace {

double weight_of(AVChannel channel, bool back_is_side) {
  constexpr double kFromTheSide = 1.41;
  switch (channel) {
    case AV_CHAN_LOW_FREQUENCY:
    case AV_CHAN_LOW_FREQUENCY_2:
      return 0;
    case AV_CHAN_SIDE_LEFT:
    case AV_CHAN_SIDE_RIGHT:
    case AV_CHAN_WIDE_LEFT:
    case AV_CHAN_WIDE_RIGHT:
    case AV_CHAN_SURROUND_DIRECT_LEFT:
    case AV_CHAN_SURROUND_DIRECT_RIGHT:
      return kFromTheSide;
    case AV_CHAN_BACK_LEFT:
    case AV_CHAN_BACK_RIGHT:
      return back_is_side ? kFromTheSide : 1;
    default:
      return 1;
  }
}

}  // namespace

std::vector<double> loudness_weights(const AVChannelLayout& layout) {
  AVChannelLayout named = layout;  // borrowed: only asked, never freed
  if (layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&named, layout.nb_channels);
    // As WAVE and libebur128 have them; FFmpeg's own are 2.1 and 4.0.
    if (layout.nb_channels == 3) named = AV_CHANNEL_LAYOUT_SURROUND;
    if (layout.nb_channels == 4) named = AV_CHANNEL_LAYOUT_QUAD;
  }
  // Without speakers at the side, as in 5.1, those called back stand at 110 degrees, else at 135.
  const bool back_is_side = av_channel_layout_index_from_channel(&named, AV_CHAN_SIDE_LEFT) < 0;
  std::vector<double> weights;
  weights.reserve(static_cast<std::size_t>(layout.nb_channels));
  for (int i = 0; i < layout.nb_channels; ++i) {
    const auto channel = av_channel_layout_channel_from_index(&named, static_cast<unsigned>(i));
    weights.push_back(weight_of(channel, back_is_side));
  }
  return weights;
}

void ChannelLoudness::push(const AVFrame& frame) {
  auto weights = loudness_weights(frame.ch_layout);
  if (frame.sample_rate != sample_rate_hz_ || weights != weights_) {
    sample_rate_hz_ = frame.sample_rate;
    weights_ = std::move(weights);
    meter_.begin(sample_rate_hz_, weights_);
    levels_.begin(sample_rate_hz_, weights_.size());
    taken_.resize(weights_.size());
  }
  const auto size = static_cast<std::size_t>(frame.nb_samples);
  for (std::size_t done = 0, count = 0; done < size; done += count) {
    count = std::min(size - done, meter_.room());
    use_channels(frame, [&](const auto& channels) {
      for (std::size_t c = 0; c < channels.size(); ++c) {
        const auto room = meter_.channel(c);
        const auto channel = channels[c];
        for (std::size_t i = 0; i < count; ++i) {
          const auto sample = channel[done + i];
          room[i] = is_sound(sample) ? to_float(sample) : 0.0F;
        }
        taken_[c] = room.first(count);
      }
    });
    levels_.push(taken_);
    meter_.take(count);
  }
}

}  // namespace aura::audio
