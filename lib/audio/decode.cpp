#include "aura/audio/decode.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "aura/base/error.h"
#include "channel_loudness.h"
#include "decode_as_said.h"
#include "missing_end.h"
#include "mono_mixer.h"
#include "parts_of.h"
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
    if (samples_ > max_samples_) refuse_too_long(limits_);
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

/// What decoding found in the parts of a file, besides samples.
struct Findings {
  std::size_t damaged_pieces = 0;
  Seconds gaps{0};
  /// The sum over parts: the stated duration, or the real one where none is stated.
  Seconds stated{0};
  bool is_unknown_variant = false;
  Source format;  // of the first part that sounds
};

std::vector<std::string> warnings_about(const Spool& file, const Findings& findings,
                                        const MonoMixer& mixer, Seconds duration) {
  std::vector<std::string> warnings;
  if (const auto damaged = findings.damaged_pieces; damaged > 0) {
    warnings.push_back("the file is damaged: " + std::to_string(damaged) +
                       (damaged == 1 ? " piece could not be decoded and was left out"
                                     : " pieces could not be decoded and were left out"));
  }
  if (duration + kDurationTolerance < findings.stated) {
    warnings.push_back("sound is missing: the file holds " + in_seconds(duration) + " of the " +
                       in_seconds(findings.stated) + " that it states; was its upload cut off?");
  } else {
    if (findings.gaps > Seconds(0)) {
      warnings.push_back("sound is missing: " + in_seconds(findings.gaps) +
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

/// Measures the loudness of frames and turns them into one run of samples.
class FrameSink {
 public:
  FrameSink(const SampleSink& sink, const DecodeLimits& limits)
      : mixer_(limits.first_channel_alone),
        output_(sink, limits),
        rate_hz_(limits.sample_rate_hz) {}

  void push(const AVFrame& frame, bool in_16_bit) {
    if (!resampler_ || resampler_->input_rate_hz() != frame.sample_rate) {
      check_input_rate(frame.sample_rate);
      finish();
      resampler_ = std::make_unique<Resampler>(frame.sample_rate, rate_hz_);
    }
    loudness_.push(frame);
    output_.write(resampler_->push(mixer_.mix(frame, in_16_bit)));
  }
  void finish() {
    if (resampler_) output_.write(resampler_->finish());
    resampler_.reset();
  }

  const MonoMixer& mixer() const noexcept { return mixer_; }
  Seconds duration() const { return output_.duration(); }
  dsp::Loudness loudness() { return loudness_.loudness(); }
  /// What `format` says, and the levels.
  Source source(const Source& format) const {
    auto source = loudness_.source();
    source.codec = format.codec;
    source.is_lossless = format.is_lossless;
    source.sample_rate_hz = format.sample_rate_hz;
    source.channels = format.channels;
    source.bits_per_sample = format.bits_per_sample;
    source.bit_rate_bps = format.bit_rate_bps;
    return source;
  }

 private:
  ChannelLoudness loudness_;
  MonoMixer mixer_;
  LimitedSink output_;
  int rate_hz_;
  std::unique_ptr<Resampler> resampler_;
};

/// Whether a format that only the label names is the right one. Decodes `track` to its end: noise
/// gives few frames, and damaged ones.
bool is_sound(Track& track) {
  constexpr std::size_t kMostDamaged = 10;  // one in as many
  constexpr Seconds kLeast{1};
  std::size_t frames = 0;
  Seconds duration{0};
  while (const AVFrame* frame = track.next()) {
    ++frames;
    if (frame->sample_rate > 0)
      duration += Seconds(static_cast<double>(frame->nb_samples) / frame->sample_rate);
  }
  return duration >= kLeast && track.damaged_packets() * kMostDamaged < frames;
}

void decode_part(const Spool& file, const Part& part, FormatSet said, FrameSink& sink,
                 Findings& findings, const std::stop_token& stop) {
  Track track(file, part, said, stop);
  if (track.is_guess()) {
    Track trial(file, part, said, stop);
    if (!is_sound(trial)) throw not_audio(file);
  }
  const auto begun = sink.duration();
  const bool in_16_bit = track.in_16_bit();
  while (const AVFrame* frame = track.next()) {
    if (findings.format.channels == 0) findings.format = track.format_of(*frame);
    sink.push(*frame, in_16_bit);
  }
  findings.damaged_pieces += track.damaged_packets();
  findings.gaps += track.gaps();
  findings.stated += track.stated_duration().value_or(sink.duration() - begun);
  findings.is_unknown_variant |= track.is_unknown_variant();
}

}  // namespace

void refuse_too_long(const DecodeLimits& limits) {
  throw JobError("audio_too_long",
                 "the track is longer than " + std::to_string(limits.max_duration.count()) +
                     " minutes (MAX_AUDIO_MINUTES): upload a shorter one",
                 Retry::kNo);
}

Decoded decode_as_said(const Spool& file, FormatSet said, const DecodeLimits& limits,
                       const SampleSink& sink, const std::stop_token& stop) {
  FrameSink output(sink, limits);
  Findings findings;
  const auto parts = parts_of(file);
  for (const auto& part : parts) {
    try {
      decode_part(file, part, said, output, findings, stop);
    } catch (const JobError& error) {
      if (!has_no_sound(error) || &part == &parts.front()) throw;
      ++findings.damaged_pieces;
    }
  }
  output.finish();
  if (output.duration() == Seconds(0) && findings.is_unknown_variant) throw undecodable_format();
  check_enough(output.duration(), limits);
  return {warnings_about(file, findings, output.mixer(), output.duration()), output.loudness(),
          output.source(findings.format)};
}

Decoded decode(const Spool& file, const DecodeLimits& limits, const SampleSink& sink,
               const std::stop_token& stop) {
  return decode_as_said(file, formats_said(file.label()), limits, sink, stop);
}

}  // namespace aura::audio
