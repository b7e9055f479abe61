#include "fft.h"
#include "kernels.h"

namespace aura::dsp::AURA_LANES {

void add_normalised_power(const RealFftPlan& plan, const double* signal, const double* window,
                          std::size_t window_size, std::size_t windows, double* values,
                          double* power) {
  const auto value = [&](std::size_t n) {
    return n < window_size ? load(signal + n) * window[n] : Doubles{};
  };
  Doubles energy{};
  for (std::size_t n = 0; n < window_size; ++n) energy += value(n) * value(n);
  Doubles weight{};
  for (std::size_t lane = 0; lane < windows; ++lane) {
    weight[lane] = energy[lane] > 0 ? 1 / energy[lane] : 0;
  }
  const auto read = [&](std::size_t k) { return ComplexRow{value(2 * k), value(2 * k + 1)}; };
  real_power(plan, read, values, [&](std::size_t k, Doubles bin) {
    store(power + k * kDoubles, load(power + k * kDoubles) + bin * weight);
  });
}

}  // namespace aura::dsp::AURA_LANES
