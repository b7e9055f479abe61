#include "kernels.h"
#include "vector.h"

namespace aura::dsp::AURA_LANES {
namespace {

/// 10 log10(power * 2^doublings), for a positive normal `power`.
Floats decibels(Floats power, Floats doublings) {
  constexpr float kDbPerDoubling = 3.01029996F;
  constexpr float kDbPerNeper = 4.34294482F;
  constexpr std::int32_t kRootOfHalf = 0x3f3504f3;  // the bits of sqrt(0.5)
  constexpr int kMantissaBits = 23;
  // Powers of two apart, what remains lies between sqrt(0.5) and sqrt(2). There
  // ln(m) = 2 artanh(s) with s = (m - 1) / (m + 1), whose series is short: s^11 is below 4e-9.
  const Ints bits = reinterpret_cast<Ints>(power);
  const Ints exponent = (bits - kRootOfHalf) >> kMantissaBits;
  const Floats mantissa = reinterpret_cast<Floats>(bits - (exponent << kMantissaBits));
  const Floats s = (mantissa - 1) / (mantissa + 1);
  const Floats s2 = s * s;
  const Floats series = s2 * (1 / 3.0F + s2 * (1 / 5.0F + s2 * (1 / 7.0F + s2 * (1 / 9.0F))));
  const Floats ln = 2 * (s + s * series);
  return (__builtin_convertvector(exponent, Floats) + doublings) * kDbPerDoubling +
         ln * kDbPerNeper;
}

}  // namespace

void mel_bands(const MelBand* bands, std::size_t count, const float* power, const float* doublings,
               float* mel, float* mel_db) {
  constexpr float kLeastNormal = 1.2e-38F;
  constexpr float kLeastDb = -100;
  const Floats lane_doublings = load(doublings);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [first_bin, bins, weights] = bands[i];
    Floats sum{};
    for (std::size_t k = 0; k < bins; ++k) {
      sum += load(power + (first_bin + k) * kFloats) * weights[k];
    }
    store(mel + i * kFloats, sum);
    const Floats db = decibels(greater_of(sum, all(kLeastNormal)), lane_doublings);
    store(mel_db + i * kFloats, greater_of(db, all(kLeastDb)));
  }
}

}  // namespace aura::dsp::AURA_LANES
