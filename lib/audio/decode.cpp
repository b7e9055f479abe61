#include "aura/audio/decode.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "aura/base/error.h"
#include "decode_as_said.h"
#include "missing_end.h"
#include "parts_of.h"
#include "to_interleaved.h"
#include "to_mono.h"
#include "track.h"

namespace aura::audio {
namespace {

using Seconds = std::chrono::duration<double>;

// How far a whole file may fall short of its header: an MP3's counts the encoder's delay and
// padding too, some 2,250 samples, and at 8 kHz.
constexpr Seconds kDurationTolerance{0.3};

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
                                        const FrameSink& sink) {
  const Seconds duration = sink.duration();
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
  if (const auto count = sink.not_numbers(); count > 0) {
    warnings.push_back(std::to_string(count) + " samples were no numbers and count as silence");
  }
  return warnings;
}

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

struct Passed {
  std::vector<std::string> warnings;
  Source format;
};

/// Passes all frames of `file` to `sink`.
Passed pass_frames(const Spool& file, FormatSet said, const DecodeLimits& limits, FrameSink& sink,
                   const std::stop_token& stop) {
  Findings findings;
  const auto parts = parts_of(file);
  for (const auto& part : parts) {
    try {
      decode_part(file, part, said, sink, findings, stop);
    } catch (const JobError& error) {
      if (!has_no_sound(error) || &part == &parts.front()) throw;
      ++findings.damaged_pieces;
    }
  }
  sink.finish();
  if (sink.duration() == Seconds(0) && findings.is_unknown_variant) throw undecodable_format();
  check_enough(sink.duration(), limits);
  return {warnings_about(file, findings, sink), std::move(findings.format)};
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
  ToMono output(sink, limits);
  auto passed = pass_frames(file, said, limits, output, stop);
  return {std::move(passed.warnings), output.loudness(), output.source(passed.format)};
}

Decoded decode_interleaved_as_said(const Spool& file, FormatSet said, const DecodeLimits& limits,
                                   const SoundFormat& wanted, const InterleavedSink& sink,
                                   const std::stop_token& stop) {
  ToInterleaved output(sink, limits, wanted);
  auto passed = pass_frames(file, said, limits, output, stop);
  return {std::move(passed.warnings), {}, std::move(passed.format)};
}

Decoded decode(const Spool& file, const DecodeLimits& limits, const SampleSink& sink,
               const std::stop_token& stop) {
  return decode_as_said(file, formats_said(file.label()), limits, sink, stop);
}

Decoded decode_interleaved(const Spool& file, const DecodeLimits& limits, const SoundFormat& wanted,
                           const InterleavedSink& sink, const std::stop_token& stop) {
  return decode_interleaved_as_said(file, formats_said(file.label()), limits, wanted, sink, stop);
}

}  // namespace aura::audio
