#include "fft.h"
#include "kernels.h"

namespace aura::dsp::AURA_LANES {

void add_normalised_power(const RealFftPlan& plan, const double* signal, const double* window,
                          std::size_t window_size, std::size_t windows, double* values,
                          double* power) {
  Doubles energy{};
  for (std::size_t n = 0; n < window_size; ++n) {
    const Doubles value = load(signal + n) * window[n];
    energy += value * value;
    store(values + n * kDoubles, value);
  }
  for (std::size_t n = window_size; n < 2 * plan.size; ++n) store(values + n * kDoubles, Doubles{});

  Doubles weight{};
  for (std::size_t lane = 0; lane < windows; ++lane) {
    weight[lane] = energy[lane] > 0 ? 1 / energy[lane] : 0;
  }
  real_power(plan, values, [&](std::size_t k, Doubles bin) {
    store(power + k * kDoubles, load(power + k * kDoubles) + bin * weight);
  });
}

}  // namespace aura::dsp::AURA_LANES
