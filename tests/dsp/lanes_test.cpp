#include "aura/dsp/lanes.h"

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "aura/dsp/fft.h"
#include "aura/dsp/median_network.h"
#include "aura/dsp/real_fft_tables.h"
#include "every_lanes.h"
#include "signals.h"

namespace aura::dsp {
namespace {

constexpr std::size_t kSize = 2048;

using Signals = std::vector<std::vector<float>>;  // one a lane

/// The power spectra of `signals`, as many as there are lanes, all of one size.
std::vector<std::vector<double>> power_of(const Lanes& lanes, const Signals& signals) {
  const std::size_t size = signals.front().size();
  const std::size_t bins = size / 2 + 1;
  std::vector<float> values(size * lanes.floats);
  std::vector<float> power(bins * lanes.floats);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = signals[i % lanes.floats][i / lanes.floats];
  }
  lanes.power_spectra(RealFftTables<float>(size).plan(), values.data(), power.data());
  std::vector<std::vector<double>> spectra(lanes.floats, std::vector<double>(bins));
  for (std::size_t i = 0; i < power.size(); ++i) {
    spectra[i % lanes.floats][i / lanes.floats] = static_cast<double>(power[i]);
  }
  return spectra;
}

/// Noise that is another in each lane.
Signals noises(const Lanes& lanes, std::size_t size) {
  const auto noise = test::noise(1, size * lanes.floats);
  Signals signals;
  for (auto from = noise.begin(); from != noise.end(); from += static_cast<std::ptrdiff_t>(size)) {
    signals.emplace_back(from, from + static_cast<std::ptrdiff_t>(size));
  }
  return signals;
}

/// |X[bin]|^2 by the transform's definition.
template <typename Value>
double dft_power(const std::vector<Value>& signal, std::size_t bin) {
  std::complex<double> sum = 0;
  for (std::size_t n = 0; n < signal.size(); ++n) {
    const auto turns =
        static_cast<double>(n * bin % signal.size()) / static_cast<double>(signal.size());
    sum += std::polar(static_cast<double>(signal[n]), -2 * std::numbers::pi * turns);
  }
  return std::norm(sum);
}

TEST_CASE("lanes: the narrowest run anywhere, and the last are the fastest") {
  const auto usable = usable_lanes();
  CHECK(usable.front()->name == std::string("baseline"));
  CHECK(&fastest_lanes() == usable.back());
  for (const auto* lanes : usable) CHECK(lanes->floats == 2 * lanes->doubles);
}

TEST_CASE("lanes: an impulse has the same power in each bin") {
  const auto& lanes = test::every_lanes();
  Signals signals(lanes.floats, std::vector<float>(kSize, 0.0F));
  for (std::size_t lane = 0; lane < lanes.floats; ++lane) signals[lane][3 + lane] = 1;
  // Single precision after 11 stages.
  for (const auto& power : power_of(lanes, signals)) {
    for (const double bin : power) CHECK(bin == Approx(1).margin(2e-6));
  }
}

TEST_CASE("lanes: a cosine on a bin shows in that bin alone, from 0 Hz to Nyquist") {
  const auto& lanes = test::every_lanes();
  const std::size_t bin = GENERATE(as<std::size_t>{}, 0, 1, 41, 512, 1023, 1024);
  std::vector<float> cosine(kSize);
  for (std::size_t n = 0; n < kSize; ++n) {
    const auto turns = static_cast<double>(n * bin % kSize) / kSize;
    cosine[n] = static_cast<float>(std::cos(2 * std::numbers::pi * turns));
  }
  // 0 Hz and Nyquist have no mirror image to share with.
  const double peak = bin == 0 || bin == kSize / 2 ? kSize : kSize / 2.0;
  for (const auto& power : power_of(lanes, Signals(lanes.floats, cosine))) {
    for (std::size_t k = 0; k < power.size(); ++k) {
      // 24 bits of the peak, lost over 11 stages.
      CHECK(std::sqrt(power[k]) == Approx(k == bin ? peak : 0).margin(1e-6 * kSize));
    }
  }
}

TEST_CASE("lanes: power spectra keep each lane's energy (Parseval)") {
  const auto& lanes = test::every_lanes();
  const auto signals = noises(lanes, kSize);
  const auto spectra = power_of(lanes, signals);
  for (std::size_t lane = 0; lane < lanes.floats; ++lane) {
    double energy = 0;
    for (const double x : signals[lane]) energy += x * x;
    double spectral = -spectra[lane].front() - spectra[lane].back();
    for (const double bin : spectra[lane]) spectral += 2 * bin;
    // Errors of the single bins, 1e-7 each, that mostly cancel in the sum.
    CHECK(spectral / kSize == Approx(energy).epsilon(1e-6));
  }
}

TEST_CASE("lanes: power spectra are KissFFT's, at any size") {
  const auto& lanes = test::every_lanes();
  const std::size_t size = GENERATE(as<std::size_t>{}, 4, 8, 16, 32, 512, 1024, 2048);
  const auto signals = noises(lanes, size);
  const auto spectra = power_of(lanes, signals);
  RealFft fft(size);
  std::vector<std::complex<float>> bins(size / 2 + 1);
  for (std::size_t lane = 0; lane < lanes.floats; ++lane) {
    fft.forward(signals[lane], bins);
    for (std::size_t k = 0; k < bins.size(); ++k) {
      const double expected = std::abs(std::complex<double>(bins[k]));
      // Bins are some 30 high at most lengths: seven digits of that on either side.
      CHECK(std::sqrt(spectra[lane][k]) == Approx(expected).margin(2e-5));
    }
  }
}

TEST_CASE("lanes: power spectra are the transform's definition") {
  const auto& lanes = test::every_lanes();
  const auto signals = noises(lanes, 256);
  const auto spectra = power_of(lanes, signals);
  for (std::size_t lane = 0; lane < lanes.floats; ++lane) {
    for (std::size_t k = 0; k <= 128; ++k) {
      // Bins are about 9 high: seven digits of that.
      CHECK(std::sqrt(spectra[lane][k]) ==
            Approx(std::sqrt(dft_power(signals[lane], k))).margin(1e-5));
    }
  }
}

TEST_CASE("lanes: normalised power is the definition's over the energy, to double precision") {
  const auto& lanes = test::every_lanes();
  constexpr std::size_t kWindow = 50;
  const std::size_t windows = GENERATE_COPY(as<std::size_t>{}, 1, lanes.doubles);
  const auto noise = test::noise(1, kWindow + lanes.doubles - 1);
  const std::vector<double> signal(noise.begin(), noise.end());
  std::vector<double> window(kWindow);
  for (std::size_t n = 0; n < kWindow; ++n) window[n] = static_cast<double>(n) / kWindow;
  std::vector<double> values(128 * lanes.doubles);
  std::vector<double> power(65 * lanes.doubles, 0.5);
  lanes.add_normalised_power(RealFftTables<double>(128).plan(), signal.data(), window.data(),
                             kWindow, windows, values.data(), power.data());
  for (std::size_t lane = 0; lane < lanes.doubles; ++lane) {
    std::vector<double> frame(128, 0.0);
    double energy = 0;
    for (std::size_t n = 0; n < kWindow; ++n) {
      frame[n] = window[n] * signal[lane + n];
      energy += frame[n] * frame[n];
    }
    for (std::size_t k = 0; k <= 64; ++k) {
      const double added = lane < windows ? dft_power(frame, k) / energy : 0;
      CHECK(power[k * lanes.doubles + lane] == Approx(0.5 + added).epsilon(1e-12));
    }
  }
}

TEST_CASE("lanes: decibels are exact to single precision for any power") {
  const auto& lanes = test::every_lanes();
  const std::vector<float> weights{1};
  const MelBand band{0, 1, weights.data()};
  std::mt19937 random(
      1);  // NOLINT(cert-msc51-cpp,bugprone-random-generator-seed): the same each run
  std::uniform_real_distribution<double> exponent(-30, 30);
  for (int repeat = 0; repeat < 100; ++repeat) {
    std::vector<float> power(lanes.floats);
    std::vector<float> doublings(lanes.floats);
    std::vector<float> mel(lanes.floats);
    std::vector<float> mel_db(lanes.floats);
    for (auto& value : power) value = static_cast<float>(std::pow(10, exponent(random)));
    for (auto& value : doublings) value = static_cast<float>(2 * std::floor(exponent(random)));
    lanes.mel_bands(&band, 1, power.data(), doublings.data(), mel.data(), mel_db.data());
    for (std::size_t lane = 0; lane < lanes.floats; ++lane) {
      const double expected = 10 * std::log10(static_cast<double>(power[lane])) +
                              static_cast<double>(doublings[lane]) * 10 * std::log10(2);
      CHECK(mel[lane] == power[lane]);
      // Half a unit in the last place of 500 is 1.5e-5, and two roundings.
      CHECK(mel_db[lane] == Approx(std::max(-100.0, expected)).margin(5e-5));
    }
  }
}

TEST_CASE("lanes: no power is -100 dB") {
  const auto& lanes = test::every_lanes();
  const std::vector<float> zeros(lanes.floats, 0.0F);
  const MelBand band{0, 0, nullptr};
  std::vector<float> mel(lanes.floats);
  std::vector<float> mel_db(lanes.floats);
  lanes.mel_bands(&band, 1, zeros.data(), zeros.data(), mel.data(), mel_db.data());
  CHECK(mel == zeros);
  CHECK(mel_db == std::vector<float>(lanes.floats, -100.0F));
}

TEST_CASE("lanes: a hop's measures are those of a plain loop, at any size") {
  const auto& lanes = test::every_lanes();
  const std::size_t size = GENERATE(as<std::size_t>{}, 0, 1, 15, 16, 17, 512);
  auto samples = test::noise(0.5, size + 1);
  for (std::size_t n = 0; n < samples.size(); n += 7) samples[n] = -1e-10F;  // counts as positive
  float peak = 0;
  double energy = 0;
  unsigned crossings = 0;
  for (std::size_t n = 1; n <= size; ++n) {
    peak = std::max(peak, std::abs(samples[n]));
    energy += static_cast<double>(samples[n]) * samples[n];
    if ((samples[n] < -1e-10F) != (samples[n - 1] < -1e-10F)) ++crossings;
  }
  const auto hop = lanes.measure_hop(samples.data() + 1, size);
  CHECK(hop.peak == peak);
  CHECK(hop.energy == Approx(energy).epsilon(1e-13));
  CHECK(hop.crossings == crossings);
}

TEST_CASE("median network: brings the middle values of any number to their places") {
  const std::size_t size = GENERATE(as<std::size_t>{}, 1, 2, 3, 4, 5, 12, 13, 128);
  const auto network = median_network(size);
  std::mt19937 random(
      1);  // NOLINT(cert-msc51-cpp,bugprone-random-generator-seed): the same each run
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<float> values(size);
    for (auto& value : values) value = static_cast<float>(random() % size);
    auto sorted = values;
    std::sort(sorted.begin(), sorted.end());
    for (const auto [low, high] : network) {
      if (values[high] < values[low]) std::swap(values[low], values[high]);
    }
    CHECK(values[(size - 1) / 2] == sorted[(size - 1) / 2]);
    CHECK(values[size / 2] == sorted[size / 2]);
  }
}

TEST_CASE("median network: sorts all middles of zeros and ones, and so of anything") {
  // Knuth's zero-one principle.
  const std::size_t size = GENERATE(as<std::size_t>{}, 7, 8, 11, 12);
  const auto network = median_network(size);
  for (unsigned bits = 0; bits < 1U << size; ++bits) {
    unsigned values = bits;
    for (const auto [low, high] : network) {
      if ((values >> low & 1U) > (values >> high & 1U)) values ^= 1U << low | 1U << high;
    }
    const auto zeros = size - static_cast<std::size_t>(std::popcount(bits));
    REQUIRE((values >> ((size - 1) / 2) & 1U) == (zeros > (size - 1) / 2 ? 0U : 1U));
    REQUIRE((values >> (size / 2) & 1U) == (zeros > size / 2 ? 0U : 1U));
  }
}

}  // namespace
}  // namespace aura::dsp
