#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "aura/audio/decode.h"

namespace aura::audio {

/// Takes the next block of mono samples, which are valid during the call alone.
using SampleSink = std::function<void(std::span<const float>)>;

/// Does what decode() does, handing the samples to `sink` block by block instead of keeping them.
/// Returns the warnings. Throws what decode() and `sink` throw; what `sink` got by then is no
/// track.
std::vector<std::string> decode_blocks(std::span<const std::uint8_t> file_bytes,
                                       const DecodeLimits& limits, const SampleSink& sink,
                                       std::stop_token stop);

}  // namespace aura::audio
