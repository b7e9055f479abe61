#pragma once

#include <cstdint>
#include <span>

namespace aura::audio {

/// Returns whether the bytes of `frame`, one FLAC frame or several, end with their right checksum:
/// CRC-16 with the polynomial x^16 + x^15 + x^2 + 1, first bit first, initial value 0 (RFC 9639,
/// 9.3). Thread-safe.
bool flac_checksum_fits(std::span<const std::uint8_t> frame) noexcept;

}  // namespace aura::audio
