#pragma once

#include <cstdint>
#include <span>

namespace aura::audio {

/// Whether `frame` is a FLAC frame, or several, to whose ends their checksums fit (CRC-16 with the
/// polynomial x^16 + x^15 + x^2 + 1, the first bit first, from 0 on; RFC 9639, 9.3). Any thread may
/// call.
bool flac_checksum_fits(std::span<const std::uint8_t> frame) noexcept;

}  // namespace aura::audio
