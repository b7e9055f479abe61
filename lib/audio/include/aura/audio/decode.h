#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "aura/audio/source.h"
#include "aura/base/spool.h"
#include "aura/dsp/framing.h"
#include "aura/dsp/loudness.h"

namespace aura::audio {

/// The format of the samples, and which tracks are accepted.
struct DecodeLimits {
  int sample_rate_hz = dsp::kSampleRateHz;  ///< of the samples passed to the sink
  /// Limits of the decoded sound, whatever the header states.
  std::chrono::milliseconds min_duration{1000};
  std::chrono::minutes max_duration{180};
  bool first_channel_alone = false;  ///< not the mean of all channels, which may cancel out
};

/// Takes the next block of mono samples, which is valid only during the call. Full scale is ±1; a
/// float file or a lossy codec may exceed it.
using SampleSink = std::function<void(std::span<const float>)>;

/// The format of interleaved samples.
struct SoundFormat {
  int sample_rate_hz = 0;
  int channels = 0;
  /// The speaker of each channel: a bit each, in the order of the channels, as in the channel mask
  /// of a WAV; 0 if unknown.
  std::uint32_t speakers = 0;

  bool operator==(const SoundFormat&) const = default;
};

/// No interleaved samples have more channels.
inline constexpr int kMaxChannels = 64;

/// Takes the next block of interleaved samples, which is valid only during the call: a value per
/// channel for each moment, never a part of a moment. The format is the same for each block. Full
/// scale is ±1; a float file, a lossy codec or resampling may exceed it.
using InterleavedSink = std::function<void(const SoundFormat&, std::span<const float>)>;

/// The results of decoding besides the samples.
struct Decoded {
  std::vector<std::string> warnings;  ///< about damaged or missing sound, one line each
  dsp::Loudness loudness;             ///< of the channels before mixing and resampling
  Source source{};                    ///< the file, and more of its channels
};

/// Decodes the audio in `file`, mixes its channels to their mean, resamples the mean to
/// `limits.sample_rate_hz` and passes it to `sink` block by block. Accepts common audio and video
/// formats, recognised by content or else by label. The samples equal librosa 0.10.1's
/// `load(path, sr=sample_rate_hz, mono=True)`: same length, no offset, encoder delay and padding
/// removed if the file states them (an MP4 may keep some padding), rounded to 16 bits if librosa
/// does so. Decodes the links of a chained Ogg one after the other.
///
/// Decodes what it can of a damaged file and adds warnings. NaN, infinite and absurdly large
/// samples become 0.
///
/// Loudness weighs channels by their speakers: surround 1.41, low-frequency effects 0, others 1. A
/// mono file counts as one speaker. If the file names no speakers, assumes the usual speakers for
/// its number of channels.
///
/// Memory: FFmpeg's index of the file (24 bytes per packet of an MP4) is all that grows with the
/// track.
///
/// Throws JobError (not worth a retry) "empty_file", "not_audio", "no_audio_stream", "protected",
/// "undecodable", "audio_too_short" or "audio_too_long"; what Spool::read and `sink` throw; Stopped
/// soon after `stop` is requested; std::bad_alloc. After an exception, discard what `sink` got.
///
/// Opens nothing but `file`, which may be hostile: no network, no other file. Thread-safe; calls
/// `sink` from the calling thread. The first call silences FFmpeg's log and limits each allocation
/// of FFmpeg, for the whole process.
Decoded decode(const Spool& file, const DecodeLimits& limits, const SampleSink& sink,
               const std::stop_token& stop = {});

/// Decodes like decode(), at the same times, but keeps the channels and rounds nothing to 16 bits.
/// `wanted` states rate and channels; a 0 means as the file has it. If the file's format changes,
/// all sound gets the format of the first. Mono sound goes to each channel; other sound is mixed
/// down by its speakers so that it gets no louder, or up to the speakers that it has. Of `limits`
/// only the durations count. Measures nothing: of the result only the warnings and the format of
/// the file are set. Throws as decode() does, and JobError "undecodable" if the file has more than
/// kMaxChannels channels, or channels that can't be mixed.
Decoded decode_interleaved(const Spool& file, const DecodeLimits& limits, const SoundFormat& wanted,
                           const InterleavedSink& sink, const std::stop_token& stop = {});

/// Throws what decode() throws for a track that is longer than `limits` allow. Thread-safe.
[[noreturn]] void refuse_too_long(const DecodeLimits& limits);

/// Returns the version of FFmpeg's decoding library, such as "59.37.100". Thread-safe.
std::string libavcodec_version();

}  // namespace aura::audio
