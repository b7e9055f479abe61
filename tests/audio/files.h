#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aura/audio/decode.h"

namespace aura::audio {

using Bytes = std::vector<std::uint8_t>;

Bytes operator+(Bytes left, const Bytes& right);

/// Appends `text` to `out`.
void put(Bytes& out, std::string_view text);
/// Appends the lowest `bytes` bytes of `value` to `out`, the lowest byte first.
void put(Bytes& out, std::uint64_t value, int bytes);
/// Appends the lowest `bytes` bytes of `value` to `out`, the highest byte first.
void put_big_endian(Bytes& out, std::uint64_t value, int bytes);

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
