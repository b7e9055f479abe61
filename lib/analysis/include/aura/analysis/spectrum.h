#pragma once

#include <array>
#include <cstddef>

namespace aura::analysis {

/// 31.5 Hz to 8 kHz.
inline constexpr std::size_t kOctaves = 9;

/// How the power of a track is spread over octaves. Gain moves nothing.
struct Spectrum {
  /// The power of each octave beside that of all, in dB, at least kFloorDb. Silence: all kFloorDb.
  std::array<double, kOctaves> octaves_db{};

  static constexpr double kFloorDb = -100;

  static Spectrum silence() noexcept;
  /// Returns whether no octave sounds.
  bool is_silent() const noexcept;

  bool operator==(const Spectrum&) const = default;
};

/// Returns the middle of octave `i` in Hz: 31.25 · 2^i. The octave reaches from it divided by √2 to
/// it times √2. The last one ends at half the sample rate, the first one begins at 0. Thread-safe.
double octave_centre_hz(std::size_t i) noexcept;

}  // namespace aura::analysis
