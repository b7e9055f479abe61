#include "aura/dsp/frame_analyser.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "aura/dsp/fft.h"
#include "aura/dsp/window.h"
#include "every_lanes.h"
#include "log_mel_of.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

constexpr std::size_t kBands = 128;
constexpr std::size_t kBins = test::kFftSize / 2 + 1;

/// One frame, as plain numbers.
struct Seen {
  std::vector<double> power;
  std::vector<double> mel_power;
  std::vector<double> mel_db;
  double centroid_hz = 0;
  double rolloff_hz = 0;
  double zcr = 0;
  double rms = 0;
  bool operator==(const Seen&) const = default;
};

/// All frames of `signal`, pushed in blocks of `block` samples.
std::vector<Seen> analyse(const Lanes& lanes, std::span<const float> signal,
                          std::size_t block = 100'000) {
  std::vector<Seen> frames;
  const auto keep = [&](const FrameGroup& group) {
    for (std::size_t i = 0; i < group.frames; ++i) {
      Seen& seen = frames.emplace_back();
      for (std::size_t k = 0; k < kBins; ++k) seen.power.push_back(group.power_at(k, i));
      for (std::size_t k = 0; k < kBands; ++k) {
        seen.mel_power.push_back(group.mel_power_at(k, i));
        seen.mel_db.push_back(static_cast<double>(group.mel_db[k * group.lanes + i]));
      }
      seen.centroid_hz = test::kBinWidthHz * static_cast<double>(group.centroid[i]);
      seen.rolloff_hz = test::kBinWidthHz * static_cast<double>(group.rolloff[i]);
      seen.zcr = group.zcr[i];
      seen.rms = group.rms[i];
    }
  };
  FrameAnalyser analyser(test::kSampleRateHz, test::kFftSize, test::kHopLength, kBands, lanes);
  while (!signal.empty()) {
    const auto head = signal.first(std::min(block, signal.size()));
    analyser.push(head, keep);
    signal = signal.subspan(head.size());
  }
  analyser.finish(keep);
  return frames;
}

/// The same by its definitions: a frame at a time, transformed by KissFFT, all in double.
std::vector<Seen> analyse_one_by_one(std::span<const float> signal) {
  constexpr std::size_t kSize = test::kFftSize;
  const auto window = periodic_hann(kSize);
  const auto filterbank = mel_filterbank(test::kSampleRateHz, kSize, kBands);
  ComplexFft fft(kSize);
  std::vector<std::complex<double>> in(kSize);
  std::vector<std::complex<double>> out(kSize);
  std::vector<Seen> frames(1 + signal.size() / test::kHopLength);
  for (std::size_t t = 0; t < frames.size(); ++t) {
    Seen& seen = frames[t];
    for (std::size_t n = 0; n < kSize; ++n) {
      const std::size_t at = t * test::kHopLength + n - kSize / 2;  // wraps before the signal
      const bool inside = at < signal.size();
      const double sample = inside ? static_cast<double>(signal[at]) : 0;
      in[n] = window[static_cast<Eigen::Index>(n)] * sample;
      seen.rms += sample * sample / kSize;
      const bool crosses =
          inside && n > 0 && at > 0 && (signal[at] < -1e-10F) != (signal[at - 1] < -1e-10F);
      if (crosses) seen.zcr += 1.0 / kSize;
    }
    seen.rms = std::sqrt(seen.rms);
    fft.forward(in, out);
    Eigen::ArrayXd power(kBins);
    for (std::size_t k = 0; k < kBins; ++k) power[static_cast<Eigen::Index>(k)] = std::norm(out[k]);
    seen.power.assign(power.begin(), power.end());
    for (const auto& [first_bin, weights] : filterbank) {
      seen.mel_power.push_back(weights.dot(power.matrix().segment(first_bin, weights.size())));
    }
    const Eigen::ArrayXd magnitude = power.sqrt();
    const double total = magnitude.sum();
    if (total == 0) continue;
    const Eigen::ArrayXd bins = Eigen::ArrayXd::LinSpaced(kBins, 0, kBins - 1);
    seen.centroid_hz = test::kBinWidthHz * (bins * magnitude).sum() / total;
    Eigen::Index bin = 0;
    for (double sum = magnitude[0]; sum < 0.85 * total; sum += magnitude[++bin]) {
    }
    seen.rolloff_hz = test::kBinWidthHz * static_cast<double>(bin);
  }
  return frames;
}

void check_same(const std::vector<Seen>& frames, const std::vector<Seen>& expected) {
  REQUIRE(frames.size() == expected.size());
  for (std::size_t t = 0; t < frames.size(); ++t) {
    const Seen& seen = frames[t];
    const Seen& want = expected[t];
    const double loudest = *std::max_element(want.power.begin(), want.power.end());
    for (std::size_t k = 0; k < kBins; ++k) {
      // Single precision of the bin, and double of the loudest.
      CHECK(seen.power[k] == Approx(want.power[k]).epsilon(1e-7).margin(1e-13 * loudest));
    }
    for (std::size_t band = 0; band < kBands; ++band) {
      // A sum of up to fifty bins in single precision.
      CHECK(seen.mel_power[band] ==
            Approx(want.mel_power[band]).epsilon(1e-6).margin(1e-15 * loudest));
      // Half a unit in the last place of 100 dB is 4e-6.
      CHECK(seen.mel_db[band] ==
            Approx(10 * std::log10(std::max(1e-10, seen.mel_power[band]))).margin(2e-5));
    }
    // Sums of a thousand bins in single precision.
    CHECK(seen.centroid_hz == Approx(want.centroid_hz).epsilon(1e-6));
    // A whole number of bins, which rounding may make one more or less.
    CHECK(std::abs(seen.rolloff_hz - want.rolloff_hz) < 1.5 * test::kBinWidthHz);
    CHECK(seen.zcr == Approx(want.zcr).epsilon(1e-12));
    CHECK(seen.rms == Approx(want.rms).epsilon(1e-12));
  }
}

TEST_CASE("frame analyser: sees what the definitions say, at any length") {
  const auto& lanes = test::every_lanes();
  const std::size_t length =
      GENERATE(as<std::size_t>{}, 0, 1, 5, 511, 512, 513, 1023, 1024, 2047, 2048, 2049, 12'345);
  const auto signal = test::noise(0.5, length);
  check_same(analyse(lanes, signal), analyse_one_by_one(signal));
}

TEST_CASE("frame analyser: sees what the definitions say of music") {
  const auto& lanes = test::every_lanes();
  auto signal = test::reference_signal("music_128");
  signal.resize(std::min<std::size_t>(signal.size(), 60'000));
  check_same(analyse(lanes, signal), analyse_one_by_one(signal));
}

TEST_CASE("frame analyser: the size of the blocks makes no difference") {
  const auto& lanes = fastest_lanes();
  const auto signal = test::noise(1, 30'000);
  const auto whole = analyse(lanes, signal);
  const std::size_t block = GENERATE(as<std::size_t>{}, 1, 7, 512, 2048, 29'999);
  CHECK(analyse(lanes, signal, block) == whole);
}

TEST_CASE("frame analyser: shape doesn't depend on level, however faint or loud") {
  const auto& lanes = test::every_lanes();
  const auto loud = analyse(lanes, test::noise(1, 5000));
  // A power of two, so that the samples are the same but for their exponent.
  const int exponent = GENERATE(-100, -60, -1, 1, 99);
  auto samples = test::noise(1, 5000);
  for (auto& sample : samples) sample = std::ldexp(sample, exponent);
  const auto scaled = analyse(lanes, samples);
  for (std::size_t t = 0; t < loud.size(); ++t) {
    CHECK(scaled[t].centroid_hz == loud[t].centroid_hz);
    CHECK(scaled[t].rolloff_hz == loud[t].rolloff_hz);
    for (std::size_t k = 0; k < kBins; ++k) {
      CHECK(scaled[t].power[k] == std::ldexp(loud[t].power[k], 2 * exponent));
    }
  }
}

TEST_CASE("frame analyser: the least numbers there are still have a spectrum") {
  const auto& lanes = test::every_lanes();
  std::vector<float> samples(4096, 0.0F);
  samples[2048] = std::numeric_limits<float>::denorm_min();
  const auto frames = analyse(lanes, samples);
  // An impulse is flat: its centre is that of all bins, 85 % of it the first 871.25.
  CHECK(frames[4].centroid_hz == Approx(512 * test::kBinWidthHz).epsilon(1e-5));
  CHECK(frames[4].rolloff_hz == Approx(871 * test::kBinWidthHz).epsilon(1e-12));
}

TEST_CASE("frame analyser: silence has no spectrum, and its centre is 0 Hz") {
  const auto& lanes = test::every_lanes();
  for (const auto& seen : analyse(lanes, std::vector<float>(3000, 0.0F))) {
    CHECK(*std::max_element(seen.power.begin(), seen.power.end()) == 0);
    CHECK(*std::max_element(seen.mel_power.begin(), seen.mel_power.end()) == 0);
    CHECK(seen.mel_db == std::vector<double>(kBands, -100.0));
    CHECK(seen.centroid_hz == 0);
    CHECK(seen.rolloff_hz == 0);
    CHECK(seen.zcr == 0);
    CHECK(seen.rms == 0);
  }
}

TEST_CASE("frame analyser: the ends of a signal cross nothing") {
  const auto& lanes = test::every_lanes();
  const std::size_t length = GENERATE(as<std::size_t>{}, 1, 512, 700, 1024, 5000);
  for (const auto& seen : analyse(lanes, std::vector<float>(length, -0.5F))) CHECK(seen.zcr == 0);
}

TEST_CASE("frame analyser: a sine on a bin has the window's three lines") {
  const auto& lanes = test::every_lanes();
  const auto frames = analyse(lanes, test::sine(100 * test::kBinWidthHz, 0.5, 4 * test::kFftSize));
  const auto& power = frames[6].power;
  for (std::size_t k = 0; k < kBins; ++k) {
    const double expected = k == 100 ? 256 : k == 99 || k == 101 ? 128 : 0;
    // What the rounding of the sine's own samples to single precision leaves.
    CHECK(std::sqrt(power[k]) == Approx(expected).margin(1e-5));
  }
  CHECK(frames[6].centroid_hz == Approx(100 * test::kBinWidthHz).epsilon(1e-4));
  CHECK(frames[6].rolloff_hz == 101 * test::kBinWidthHz);
  CHECK(frames[6].rms == Approx(0.5 / std::sqrt(2)).epsilon(1e-6));
}

TEST_CASE("frame analyser: has librosa's frame") {
  const auto& lanes = test::every_lanes();
  const auto& checks = test::reference_checks();
  const auto signal = test::reference_signal(checks["signal"].get<std::string>());
  const auto seen = analyse(lanes, signal).at(checks["frame"].get<std::size_t>());
  const auto magnitude = checks["magnitude"].get<std::vector<double>>();
  for (std::size_t i = 0; i < magnitude.size(); ++i) {
    // Both transform in double and hold single precision.
    CHECK(std::sqrt(seen.power[8 * i]) == Approx(magnitude[i]).epsilon(2e-7));
  }
  CHECK(seen.centroid_hz == Approx(checks["spectral_centroid_hz"].get<double>()).epsilon(1e-6));
  CHECK(seen.rolloff_hz == Approx(checks["spectral_rolloff_hz"].get<double>()));
  CHECK(seen.zcr == checks["zcr"].get<double>());
  // librosa sums in single precision.
  CHECK(seen.rms == Approx(checks["rms"].get<double>()).epsilon(1e-6));
}

}  // namespace
}  // namespace aura::dsp
