#include "aura/dsp/lanes.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "aura/dsp/fft.h"
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
  std::vector<float> hop(size * lanes.floats);
  for (std::size_t i = 0; i < hop.size(); ++i) hop[i] = signals[i % lanes.floats][i / lanes.floats];
  const std::vector<double> window(size, 1.0);
  const std::vector<float> scale(lanes.floats, 1.0F);
  std::vector<double> values(size * lanes.doubles);
  std::vector<float> power(bins * lanes.floats);
  lanes.power_spectra(RealFftTables(size).plan(), hop.data(), size, lanes.floats, window.data(),
                      scale.data(), values.data(), power.data());
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
  // What single precision makes of 1.
  for (const auto& power : power_of(lanes, signals)) {
    for (const double bin : power) CHECK(bin == Approx(1).epsilon(1e-7));
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
      // The transform is in double: only the cosine's own samples are rounded, to 24
      // bits.
      CHECK(std::sqrt(power[k]) == Approx(k == bin ? peak : 0).epsilon(1e-7).margin(1e-5));
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
    // Errors of the single bins, 6e-8 each, that mostly cancel in the sum.
    CHECK(spectral / kSize == Approx(energy).epsilon(1e-7));
  }
}

TEST_CASE("lanes: power spectra are KissFFT's, at any size") {
  const auto& lanes = test::every_lanes();
  const std::size_t size = GENERATE(as<std::size_t>{}, 8, 16, 32, 64, 512, 1024, 2048);
  const auto signals = noises(lanes, size);
  const auto spectra = power_of(lanes, signals);
  ComplexFft fft(size);
  std::vector<std::complex<double>> bins(size);
  for (std::size_t lane = 0; lane < lanes.floats; ++lane) {
    fft.forward(std::vector<std::complex<double>>(signals[lane].begin(), signals[lane].end()),
                bins);
    for (std::size_t k = 0; k <= size / 2; ++k) {
      // Single precision of each bin, and double of the loudest, up to 1e4.
      CHECK(spectra[lane][k] == Approx(std::norm(bins[k])).epsilon(1e-7).margin(1e-10));
    }
  }
}

TEST_CASE("lanes: power spectra are the transform's definition, to the digits of each bin") {
  const auto& lanes = test::every_lanes();
  const auto signals = noises(lanes, 256);
  const auto spectra = power_of(lanes, signals);
  for (std::size_t lane = 0; lane < lanes.floats; ++lane) {
    for (std::size_t k = 0; k <= 128; ++k) {
      // Single precision of each bin, and double of the loudest, about 400.
      CHECK(spectra[lane][k] == Approx(dft_power(signals[lane], k)).epsilon(1e-7).margin(1e-10));
    }
  }
}

TEST_CASE("lanes: frames are cut out hop by hop, each times the window and its own scale") {
  const auto& lanes = test::every_lanes();
  constexpr std::size_t kHop = 8;
  constexpr std::size_t kFrame = 32;
  const std::size_t stride = lanes.floats + kFrame / kHop + 1;
  const auto signal = test::noise(1, kHop * stride);
  std::vector<float> hops(signal.size());
  for (std::size_t i = 0; i < hops.size(); ++i) hops[i / kHop + i % kHop * stride] = signal[i];
  std::vector<double> window(kFrame);
  for (std::size_t n = 0; n < kFrame; ++n) window[n] = 1.0 / static_cast<double>(n + 1);
  std::vector<float> scale(lanes.floats);
  for (std::size_t lane = 0; lane < lanes.floats; ++lane) {
    scale[lane] = std::ldexp(1.0F, static_cast<int>(lane) - 3);
  }
  std::vector<double> values(kFrame * lanes.doubles);
  std::vector<float> power((kFrame / 2 + 1) * lanes.floats);
  lanes.power_spectra(RealFftTables(kFrame).plan(), hops.data(), kHop, stride, window.data(),
                      scale.data(), values.data(), power.data());
  for (std::size_t lane = 0; lane < lanes.floats; ++lane) {
    std::vector<double> frame(kFrame);
    for (std::size_t n = 0; n < kFrame; ++n) {
      frame[n] = window[n] * static_cast<double>(signal[lane * kHop + n] * scale[lane]);
    }
    for (std::size_t k = 0; k <= kFrame / 2; ++k) {
      CHECK(static_cast<double>(power[k * lanes.floats + lane]) ==
            Approx(dft_power(frame, k)).epsilon(1e-7));
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
  lanes.add_normalised_power(RealFftTables(128).plan(), signal.data(), window.data(), kWindow,
                             windows, values.data(), power.data());
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

/// What measure_spectra() sees of `magnitude` in each lane: its centre and its roll-off in bins.
std::pair<float, float> measure(const Lanes& lanes, const std::vector<float>& magnitude) {
  std::vector<float> power(magnitude.size() * lanes.floats);
  for (std::size_t i = 0; i < power.size(); ++i) {
    power[i] = magnitude[i / lanes.floats] * magnitude[i / lanes.floats];
  }
  std::vector<float> roots(power.size());
  std::vector<float> centroid(lanes.floats);
  std::vector<float> rolloff(lanes.floats);
  lanes.measure_spectra(power.data(), magnitude.size(), roots.data(), centroid.data(),
                        rolloff.data());
  for (std::size_t i = 0; i < roots.size(); ++i) CHECK(roots[i] == magnitude[i / lanes.floats]);
  CHECK(centroid == std::vector<float>(lanes.floats, centroid.front()));
  CHECK(rolloff == std::vector<float>(lanes.floats, rolloff.front()));
  return {centroid.front(), rolloff.front()};
}

TEST_CASE("lanes: a single bin is centre and roll-off, and both of silence are 0") {
  const auto& lanes = test::every_lanes();
  std::vector<float> magnitude(1025, 0.0F);
  CHECK(measure(lanes, magnitude) == std::pair(0.0F, 0.0F));
  const std::size_t bin = GENERATE(as<std::size_t>{}, 0, 1, 64, 500, 1024);
  magnitude[bin] = 7;
  CHECK(measure(lanes, magnitude) == std::pair(static_cast<float>(bin), static_cast<float>(bin)));
}

TEST_CASE("lanes: a flat spectrum's centre is its middle, its roll-off the bin that makes 85 %") {
  const auto& lanes = test::every_lanes();
  // 0.85 * 1025 bins is 871.25: the 872nd has number 871.
  CHECK(measure(lanes, std::vector<float>(1025, 1.0F)) == std::pair(512.0F, 871.0F));
}

TEST_CASE("lanes: what lies above 85 % doesn't move the roll-off") {
  const auto& lanes = test::every_lanes();
  std::vector<float> magnitude(1025, 0.0F);
  magnitude[50] = 86;
  magnitude[900] = 14;
  CHECK(measure(lanes, magnitude).second == 50);
  magnitude[50] = 84;
  magnitude[900] = 16;
  CHECK(measure(lanes, magnitude).second == 900);
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

TEST_CASE("lanes: the interpolated peak is that of a plain loop, with and without one before") {
  const auto& lanes = test::every_lanes();
  const std::size_t size = GENERATE(as<std::size_t>{}, 64, 65, 127, 1000);
  const float before = GENERATE(0.0F, 0.9F, 5.0F);
  auto signal = test::noise(0.1, Interpolator::kBefore + size);
  for (std::size_t n = 3; n < signal.size(); n += 101) signal[n] *= 7;
  Interpolator interpolator{.phases = 3, .taps = {}, .gain = 0};
  for (auto& taps : interpolator.taps) {
    float sum = 0;
    for (std::size_t k = 0; k < Interpolator::kTaps; ++k) {
      taps[k] = 0.1F * static_cast<float>((&taps - interpolator.taps) - 1) +
                0.02F * static_cast<float>(k);
      sum += std::abs(taps[k]);
    }
    interpolator.gain = std::max(interpolator.gain, sum * 1.001F);
  }
  float peak = before;
  for (const float sample : signal) peak = std::max(peak, std::abs(sample));
  for (std::size_t n = 0; n < size; ++n) {
    const float* last = signal.data() + Interpolator::kBefore + n;
    for (const auto& taps : interpolator.taps) {
      float between = 0;
      for (std::size_t k = 0; k < Interpolator::kTaps; ++k)
        between += taps[k] * last[static_cast<std::ptrdiff_t>(k) - 11];
      peak = std::max(peak, std::abs(between));
    }
  }
  // Sums of twelve in single precision, in another order.
  CHECK(lanes.interpolated_peak(interpolator, signal.data() + Interpolator::kBefore, size,
                                before) == Approx(peak).epsilon(1e-6));
}

TEST_CASE("lanes: decimation is the sum over the taps, at every fourth sample") {
  const auto& lanes = test::every_lanes();
  const auto noise = test::noise(1, Decimator::kInputs);
  const std::vector<float> signal(noise.begin(), noise.end());
  Decimator decimator{};
  for (std::size_t k = 0; k < Decimator::kTaps; ++k)
    decimator.taps[k] = 1.0F / static_cast<float>(k + 1);
  std::vector<float> decimated(Decimator::kOutputs);
  lanes.decimate(decimator, signal.data(), decimated.data());
  for (std::size_t i = 0; i < decimated.size(); ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < Decimator::kTaps; ++k)
      sum += static_cast<double>(decimator.taps[k] * signal[Decimator::kBy * i + k]);
    // 32 sums in single precision, up to 4.
    CHECK(static_cast<double>(decimated[i]) == Approx(sum).margin(4e-6));
  }
}

}  // namespace
}  // namespace aura::dsp
