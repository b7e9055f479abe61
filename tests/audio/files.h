#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aura/audio/decode.h"

namespace aura::audio {

using Bytes = std::vector<std::uint8_t>;

Bytes operator+(Bytes left, const Bytes& right);

/// The pages of `file`, an Ogg (RFC 3533, section 6).
std::vector<Bytes> pages_of(const Bytes& file);

/// The file at `path` below tests/data.
std::vector<std::uint8_t> read_data(const std::string& path);

/// A whole track.
struct Audio : Decoded {
  std::vector<float> samples;
};

Spool spooled(std::span<const std::uint8_t> file);

/// All of `file` at once, however short.
Audio decode_all(std::span<const std::uint8_t> file, DecodeLimits limits = {}, Label label = {});

/// One small file of each container and codec, as paths below tests/data.
std::vector<std::string> small_files();

}  // namespace aura::audio
