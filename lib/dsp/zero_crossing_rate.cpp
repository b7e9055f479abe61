#include "aura/dsp/zero_crossing_rate.h"

namespace aura::dsp {

double zero_crossing_rate(std::span<const float> signal, std::size_t frame_length) noexcept {
  constexpr float kZero = 1e-10F;
  unsigned crossings = 0;
  for (std::size_t n = 1; n < signal.size(); ++n) {
    crossings += static_cast<unsigned>((signal[n - 1] < -kZero) != (signal[n] < -kZero));
  }
  return static_cast<double>(crossings) / static_cast<double>(frame_length);
}

}  // namespace aura::dsp
