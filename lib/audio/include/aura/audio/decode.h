#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace aura::audio {

struct DecodeLimits {
  int sample_rate_hz = 22050;  ///< The rate of the result.
  std::chrono::minutes max_duration{
      180};  ///< Of the sound itself, whatever the file's header says.
};

/// A whole track.
struct Audio {
  std::vector<float>
      samples;  ///< Mono; full scale is ±1, but a float file or a lossy codec may exceed it.
  int sample_rate_hz = 0;
  std::vector<std::string>
      warnings;  ///< One line each: what was wrong with the file and got round.
};

/// Decodes the audio in `file_bytes` (a file of any common audio or video format), takes the mean
/// of its channels and resamples it to `limits.sample_rate_hz`. The samples are those that librosa
/// 0.10.1 gives for `load(path, sr=sample_rate_hz, mono=True)`: same length, no offset, encoder
/// delay and padding removed where the file states them, 16-bit steps where librosa has those.
///
/// A damaged file yields what can be read of it, with a warning. NaN, infinite and absurdly large
/// samples become 0, with a warning.
///
/// Throws JobError (not worth a retry) with code "empty_file", "not_audio", "no_audio_stream",
/// "undecodable", "audio_too_short" or "audio_too_long"; Stopped soon after `stop` was triggered;
/// std::bad_alloc. Reads nothing but `file_bytes`, which may be hostile: no network, no other file.
/// Any number of threads may call it at once; each call uses its caller's thread alone.
///
/// The first call silences FFmpeg's log and bounds its single allocations, for the whole process.
Audio decode(std::span<const std::uint8_t> file_bytes, const DecodeLimits& limits,
             std::stop_token stop = {});

}  // namespace aura::audio
