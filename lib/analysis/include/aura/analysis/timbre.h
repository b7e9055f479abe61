#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace aura::analysis {

inline constexpr std::size_t kTimbreSize = 64;

/// Raw statistics of how a track sounds, for the search of tracks that sound alike: the mean
/// spectral envelope (19 mel-frequency cepstral coefficients), texture (6 groups of bands, 2
/// each), movement of levels (6 octaves of rhythm, 4 registers each), attack, harmony (8). A space
/// makes them comparable, see shipped_space_text(). Gain moves none of them; key and length move
/// them little. Every number is finite; all are 0 for silence.
struct Timbre {
  std::array<float, kTimbreSize> values{};

  bool operator==(const Timbre&) const = default;
};

/// Returns the shipped space of Timbre: mean, deviation and anchors of tracks of many styles. Its
/// first line is `aura-space timbre VERSION SIZE ANCHORS`, whose version is the part's. Then come a
/// line of means, a line of deviations, and a line for each anchor, each of SIZE numbers; anchors
/// are placed in the space already. Thread-safe.
std::string_view shipped_space_text() noexcept;

}  // namespace aura::analysis
