#include "aura/dsp/fft.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "signals.h"

namespace aura::dsp {
namespace {

constexpr std::size_t kSize = 2048;

std::vector<std::complex<float>> transform(const std::vector<float>& in) {
  RealFft fft(in.size());
  std::vector<std::complex<float>> out(in.size() / 2 + 1);
  fft.forward(in, out);
  return out;
}

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

TEST_CASE("real FFT: an impulse has the same magnitude in each bin") {
  std::vector<float> in(kSize, 0.0F);
  in[3] = 1;
  // Single precision after 11 stages.
  for (const auto& bin : transform(in)) CHECK(std::abs(bin) == Approx(1).margin(1e-6));
}

TEST_CASE("real FFT: a cosine on a bin shows in that bin alone") {
  const std::size_t bin = GENERATE(as<std::size_t>{}, 0, 1, 41, 1023, 1024);
  std::vector<float> in(kSize);
  for (std::size_t n = 0; n < kSize; ++n) {
    const auto turns = static_cast<double>(n * bin % kSize) / kSize;
    in[n] = static_cast<float>(std::cos(2 * std::numbers::pi * turns));
  }
  const auto out = transform(in);
  // 0 Hz and Nyquist have no mirror image to share with.
  const double expected = bin == 0 || bin == kSize / 2 ? kSize : kSize / 2.0;
  for (std::size_t k = 0; k < out.size(); ++k) {
    // 24 bits of the peak, lost over 11 stages.
    CHECK(std::abs(out[k]) == Approx(k == bin ? expected : 0).margin(1e-6 * kSize));
  }
}

TEST_CASE("real FFT: keeps a signal's energy (Parseval)") {
  const auto in = test::noise(1, kSize);
  double energy = 0;
  for (const float x : in) energy += static_cast<double>(x) * x;
  const auto out = transform(in);
  double spectral =
      std::norm(std::complex<double>(out.front())) + std::norm(std::complex<double>(out.back()));
  for (std::size_t k = 1; k + 1 < out.size(); ++k)
    spectral += 2 * std::norm(std::complex<double>(out[k]));
  // Errors of the single bins, 1e-7 each, that mostly cancel in the sum.
  CHECK(spectral / kSize == Approx(energy).epsilon(1e-6));
}

TEST_CASE("real FFT: is the transform's definition on noise") {
  const auto in = test::noise(1, 240);
  const auto out = transform(in);
  for (std::size_t k = 0; k < out.size(); ++k) {
    // Bins are about 9 high: seven digits of that.
    CHECK(std::abs(std::complex<double>(out[k]) - dft_at(in, k)) < 1e-5);
  }
}

TEST_CASE("real FFT: silence stays silence") {
  for (const auto& bin : transform(std::vector<float>(kSize, 0.0F))) CHECK(std::abs(bin) == 0);
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

TEST_CASE("next fast size: the least product of 2, 3 and 5 that is large enough") {
  CHECK(next_fast_size(1) == 1);
  CHECK(next_fast_size(7) == 8);
  CHECK(next_fast_size(687) == 720);
  CHECK(next_fast_size(720) == 720);
}

}  // namespace
}  // namespace aura::dsp
