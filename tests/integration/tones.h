#pragma once

#include <string>

#include "wav.h"

namespace aura::test {

/// A WAV file of a tone that differs from those of other numbers: `seconds` long.
inline std::string tone(int number, double seconds = 1.5) {
  constexpr int kRate = 8000;
  const auto bytes = audio::wav(
      audio::WavFormat::kS16, kRate, 1,
      audio::sine(200 + 7 * number, 0.5, kRate, static_cast<std::size_t>(seconds * kRate)));
  return {bytes.begin(), bytes.end()};
}

}  // namespace aura::test
