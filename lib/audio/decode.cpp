#include "aura/audio/decode.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "aura/base/error.h"
#include "channel_loudness.h"
#include "missing_end.h"
#include "mono_mixer.h"
#include "resampler.h"
#include "track.h"

namespace aura::audio {
namespace {

using Seconds = std::chrono::duration<double>;

// Outside these a header is wrong, and resampling would blow up a few bytes or read past all sound.
constexpr int kMinInputRateHz = 1'000;
constexpr int kMaxInputRateHz = 2'822'400;  // DSD512 as FFmpeg has it, eight samples at a time
// How far a whole file may fall short of its header: an MP3's counts the encoder's delay and
// padding too, some 2,250 samples, and at 8 kHz.
constexpr Seconds kDurationTolerance{0.3};

/// Passes blocks on to the sink, up to the longest track allowed.
class LimitedSink {
 public:
  LimitedSink(const SampleSink& sink, const DecodeLimits& limits)
      : sink_(sink),
        limits_(limits),
        max_samples_(static_cast<std::uint64_t>(std::chrono::seconds(limits.max_duration).count()) *
                     static_cast<std::uint64_t>(limits.sample_rate_hz)) {}

  void write(std::span<const float> block) {
    samples_ += block.size();
    if (samples_ > max_samples_) {
      throw JobError("audio_too_long",
                     "the track is longer than " + std::to_string(limits_.max_duration.count()) +
                         " minutes (MAX_AUDIO_MINUTES): upload a shorter one",
                     Retry::kNo);
    }
    if (!block.empty()) sink_(block);
  }

  Seconds duration() const {
    return Seconds(static_cast<double>(samples_) / limits_.sample_rate_hz);
  }

 private:
  const SampleSink& sink_;
  const DecodeLimits& limits_;
  std::uint64_t max_samples_;
  std::uint64_t samples_ = 0;
};

void check_input_rate(int rate_hz) {
  if (rate_hz < kMinInputRateHz || rate_hz > kMaxInputRateHz) {
    throw JobError("undecodable",
                   "the file states a sample rate of " + std::to_string(rate_hz) +
                       " Hz: export the track at 44100 or 48000 Hz and upload it again",
                   Retry::kNo);
  }
}

std::string in_seconds(Seconds duration) {
  // A header may state what no integer holds.
  const auto tenths = std::llround(std::min(duration, Seconds(1e9)).count() * 10);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
}

void check_enough(Seconds duration, const DecodeLimits& limits) {
  if (duration == Seconds(0)) {
    throw JobError(
        "undecodable",
        "no sound in this file can be decoded: the file is damaged, upload the track again",
        Retry::kNo);
  }
  if (duration >= limits.min_duration) return;
  throw JobError("audio_too_short",
                 "the track holds less than " + in_seconds(limits.min_duration) +
                     " of sound: was its upload cut off?",
                 Retry::kNo);
}

std::vector<std::string> warnings_about(const Spool& file, const Track& track,
                                        const MonoMixer& mixer, Seconds duration) {
  std::vector<std::string> warnings;
  if (const auto damaged = track.damaged_packets(); damaged > 0) {
    warnings.push_back("the file is damaged: " + std::to_string(damaged) +
                       (damaged == 1 ? " piece could not be decoded and was left out"
                                     : " pieces could not be decoded and were left out"));
  }
  if (const auto stated = track.stated_duration();
      stated && duration + kDurationTolerance < *stated) {
    warnings.push_back("sound is missing: the file holds " + in_seconds(duration) + " of the " +
                       in_seconds(*stated) + " that it states; was its upload cut off?");
  } else {
    if (track.gaps() > Seconds(0)) {
      warnings.push_back("sound is missing: " + in_seconds(track.gaps()) +
                         " amid the track could not be read");
    }
    if (lacks_end(file))
      warnings.emplace_back("the end of the file is missing: was its upload cut off?");
  }
  if (const auto count = mixer.not_numbers(); count > 0) {
    warnings.push_back(std::to_string(count) + " samples were no numbers and count as silence");
  }
  return warnings;
}

}  // namespace

Decoded decode(const Spool& file, const DecodeLimits& limits, const SampleSink& sink,
               const std::stop_token& stop) {
  Track track(file, stop);
  ChannelLoudness loudness;
  MonoMixer mixer(track.in_16_bit(), limits.first_channel_alone);
  LimitedSink output(sink, limits);
  std::optional<Resampler> resampler;
  while (const AVFrame* frame = track.next()) {
    if (!resampler || resampler->input_rate_hz() != frame->sample_rate) {
      check_input_rate(frame->sample_rate);
      if (resampler) output.write(resampler->finish());
      resampler.emplace(frame->sample_rate, limits.sample_rate_hz);
    }
    loudness.push(*frame);
    output.write(resampler->push(mixer.mix(*frame)));
  }
  if (resampler) output.write(resampler->finish());
  if (output.duration() == Seconds(0) && track.is_unknown_variant()) throw undecodable_format();
  check_enough(output.duration(), limits);
  return {warnings_about(file, track, mixer, output.duration()), loudness.loudness()};
}

}  // namespace aura::audio
