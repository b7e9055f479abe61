#include "aura/dsp/fft.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "signals.h"

namespace aura::dsp {
namespace {

/// The definition of the transform, at one bin.
template <typename Value>
std::complex<double> dft_at(const std::vector<Value>& in, std::size_t bin) {
  std::complex<double> sum = 0;
  for (std::size_t n = 0; n < in.size(); ++n) {
    const auto turns = static_cast<double>(n * bin % in.size()) / static_cast<double>(in.size());
    sum += std::complex<double>(in[n]) * std::polar(1.0, -2 * std::numbers::pi * turns);
  }
  return sum;
}

TEST_CASE("complex FFT: is the transform's definition on noise, to double precision") {
  const std::size_t size = GENERATE(as<std::size_t>{}, 16, 90, 720);
  const auto re = test::noise(1, 2 * size);
  std::vector<std::complex<double>> in(size);
  for (std::size_t n = 0; n < size; ++n) in[n] = {re[n], re[size + n]};
  std::vector<std::complex<double>> out(size);
  ComplexFft fft(size);
  fft.forward(in, out);
  for (std::size_t k = 0; k < size; ++k) CHECK(std::abs(out[k] - dft_at(in, k)) < 1e-11);
}

}  // namespace
}  // namespace aura::dsp
