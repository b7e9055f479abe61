#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace aura::analysis {

/// The length of a fingerprint: the start of a track.
inline constexpr int kFingerprintSeconds = 120;
/// No fingerprint has more items: 120 s give 948.
inline constexpr std::size_t kMaxFingerprintItems = 1000;
/// From an item to the next.
inline constexpr double kFingerprintItemSeconds = 1365.0 / 11'025;

/// The fingerprint of a track's first two minutes, as Chromaprint 1.5 computes it (Lalinsky, "How
/// does Chromaprint work?", 2011): 32 bits per item, each of which tells how the strengths of the
/// pitch classes change over 0.4 to 2 s. Another encoding, another level and a small shift change
/// few bits. Empty for silence and for tracks below 3 s.
struct Fingerprint {
  std::vector<std::uint32_t> items;

  bool operator==(const Fingerprint&) const = default;
};

// All functions here are thread-safe.

/// Returns the share of bits in which two fingerprints differ, 0 to 1, at the offset where they
/// differ least. Tries offsets up to 12 s and counts only items that both have. Most unrelated
/// tracks have 0.4 to 0.5, drums alone down to 0.2. Returns 0.5 if either has less than 10 s.
double bit_error(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) noexcept;

/// Returns whether two fingerprints are of one recording: whether bit_error() is below 0.15.
/// Accepts another encoding, another level and a start that is cut off, but no other tempo. May
/// accept another mix. Never accepts steady sounds, which all have the same items.
bool is_same_recording(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) noexcept;

}  // namespace aura::analysis
