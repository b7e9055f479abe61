#include "aura/analysis/click_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace aura::analysis {
namespace {

/// Returns the gain of the clicks in each channel.
std::vector<float> click_gains_of(const audio::SoundFormat& format, float gain) {
  constexpr std::uint32_t kSubwoofer = 0x8;  // in a WAV's channel mask
  std::vector<float> gains(static_cast<std::size_t>(format.channels), gain);
  if ((format.speakers & kSubwoofer) != 0)
    gains.at(static_cast<std::size_t>(std::popcount(format.speakers & (kSubwoofer - 1)))) = 0;
  return gains;
}

std::runtime_error changed() {
  return std::runtime_error("the track was changed while it was read: start again");
}

}  // namespace

ClickFile::ClickFile(const Spool& file, const Measurements& measured, const audio::Decoder& decoder,
                     const audio::DecodeLimits& limits, ClickContent content, std::stop_token stop)
    : file_(file),
      rhythm_(measured.rhythm),
      decoder_(decoder),
      limits_(limits),
      stop_(std::move(stop)) {
  if (rhythm_.beats_s.empty())
    throw std::runtime_error("no beats were found in this track: nothing is written");
  constexpr int kFewBits = 16;
  form_.bits = measured.source.bits_per_sample.value_or(kFewBits) > kFewBits ? 24 : kFewBits;
  float peak = 0;
  decoder_.decode_interleaved(
      file_, limits_, {},
      [&](const audio::SoundFormat& format, std::span<const float> block) {
        form_.sound = format;
        form_.moments += block.size() / static_cast<std::size_t>(format.channels);
        for (const float sample : block) peak = std::max(peak, std::abs(sample));
      },
      stop_);
  gains_ = click_gains(peak);
  if (content == ClickContent::kClicks) gains_ = {0, kClickCeiling / 2};
}

void ClickFile::write(const Append& append) const {
  if (!append(audio::wav_header(form_))) return;
  ClickTrack clicks(rhythm_, form_.sound.sample_rate_hz);
  const auto gains = click_gains_of(form_.sound, gains_.click);
  std::vector<float> mixed;
  std::string pcm;
  std::uint64_t moments = 0;
  bool is_written = true;
  decoder_.decode_interleaved(
      file_, limits_, {},
      [&](const audio::SoundFormat& format, std::span<const float> block) {
        const auto count = block.size() / gains.size();
        moments += count;
        if (!(format == form_.sound) || moments > form_.moments) throw changed();
        if (!is_written) return;
        mixed.clear();
        for (const float click : clicks.next(count))
          for (const float gain : gains)
            mixed.push_back(gains_.music * block[mixed.size()] + gain * click);
        pcm.clear();
        audio::append_pcm(pcm, mixed, form_.bits);
        is_written = append(pcm);
      },
      stop_);
  if (moments != form_.moments) throw changed();
  if (is_written) append(audio::wav_end(form_));
}

double ClickFile::attenuation_db() const {
  return gains_.music > 0 ? -20 * std::log10(static_cast<double>(gains_.music)) : 0;
}

}  // namespace aura::analysis
