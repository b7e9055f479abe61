#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "aura/base/spool.h"
#include "aura/dsp/framing.h"
#include "aura/dsp/loudness.h"

namespace aura::audio {

struct DecodeLimits {
  int sample_rate_hz = dsp::kSampleRateHz;  ///< Of the result.
  /// Of the sound itself, whatever the file's header says.
  std::chrono::milliseconds min_duration{1000};
  std::chrono::minutes max_duration{180};
  bool first_channel_alone = false;  ///< instead of the mean of all, for channels that cancel out
};

/// Takes the next block of mono samples, which are valid during the call alone. Full scale is ±1,
/// but a float file or a lossy codec may exceed it.
using SampleSink = std::function<void(std::span<const float>)>;

/// What there is to say of a track beside its samples.
struct Decoded {
  std::vector<std::string> warnings;  ///< about what is damaged or missing, one line each
  dsp::Loudness loudness;             ///< of the channels, before they are mixed and resampled
};

/// Decodes the audio in `file` (of any common audio or video format, known by its content and,
/// failing that, by its label), takes the mean of its channels, resamples it to
/// `limits.sample_rate_hz` and hands it to `sink` block by block. The samples are those that
/// librosa 0.10.1 gives for `load(path, sr=sample_rate_hz, mono=True)`: same length, no offset,
/// encoder delay and padding removed where the file states them, 16-bit steps where librosa has
/// those. Memory: what FFmpeg needs of the file's index (24 bytes for each packet of an MP4), and
/// nothing else that grows with the track.
///
/// Decodes the links of a chained Ogg one after the other.
///
/// A damaged file yields what can be read of it, with warnings. NaN, infinite and absurdly large
/// samples become 0.
///
/// Loudness is that of the speakers that the file's channels are for: surround channels weigh 1.41,
/// low-frequency effects nothing, a single channel as one speaker. Where a file doesn't say, they
/// are those that its number of channels usually is for.
///
/// Throws JobError (not worth a retry) with code "empty_file", "not_audio", "no_audio_stream",
/// "protected", "undecodable", "audio_too_short" or "audio_too_long"; what reading `file` and
/// `sink` throw; Stopped soon after `stop` was triggered; std::bad_alloc. What `sink` got by then
/// is no track.
///
/// Reads nothing but `file`, which may be hostile: no network, no other file. Any number of threads
/// may call it at once; each call uses its caller's thread alone. The first call silences FFmpeg's
/// log and bounds its single allocations, for the whole process.
Decoded decode(const Spool& file, const DecodeLimits& limits, const SampleSink& sink,
               const std::stop_token& stop = {});

/// The version of the FFmpeg library that decodes, such as "59.37.100". Thread-safe.
std::string libavcodec_version();

}  // namespace aura::audio
