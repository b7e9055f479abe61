// What each kernel takes a frame, on each instruction set that this machine has, beside other
// libraries' transforms of the same size, and the loudness of a minute beside libebur128's. One
// thread; medians of 15 measurements of some 5 ms or more.
//
//   aura-bench-micro [JSON_FILE]

#include <ebur128.h>
#include <fftw3.h>
#include <kiss_fftr.h>

#include <algorithm>
#include <array>
#include <complex>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <kissfft.hh>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <unsupported/Eigen/FFT>
#include <vector>

#include "aura/dsp/lanes.h"
#include "aura/dsp/loudness.h"
#include "aura/dsp/median_network.h"
#include "aura/dsp/mel_filterbank.h"
#include "aura/dsp/real_fft_tables.h"

namespace {

using aura::dsp::Lanes;

constexpr std::size_t kFrame = 2048;
constexpr std::size_t kHop = 512;
constexpr std::size_t kBins = kFrame / 2 + 1;
constexpr std::size_t kBands = 128;
constexpr std::size_t kTempoWindow = 344;
constexpr std::size_t kTempoTransform = 1024;
constexpr std::size_t kHeard = 3 * kHop;  // for the loudness: whole blocks of either kernel

template <typename Value>
std::vector<Value> noise(std::size_t size) {
  std::mt19937 random(1);
  std::uniform_real_distribution<Value> level(Value{0.001F}, 1);
  std::vector<Value> values(size);
  for (auto& value : values) value = level(random);
  return values;
}

/// Nanoseconds of this thread's CPU time a call.
double time_ns(const std::function<void()>& call) {
  const auto now_ns = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
  };
  const auto measure = [&](std::size_t calls) {
    const double start = now_ns();
    for (std::size_t i = 0; i < calls; ++i) call();
    return now_ns() - start;
  };
  std::size_t calls = 1;
  while (measure(calls) < 5e6) calls *= 2;
  std::array<double, 15> times{};
  for (double& time : times) time = measure(calls) / static_cast<double>(calls);
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return times[times.size() / 2];
}

/// By kernel, nanoseconds a frame.
std::vector<std::pair<std::string, double>> time_kernels(const Lanes& lanes) {
  const aura::dsp::RealFftTables fft(kFrame);
  const aura::dsp::RealFftTables tempo_fft(kTempoTransform);
  const auto filterbank = aura::dsp::mel_filterbank(22050, kFrame, kBands);
  std::vector<std::vector<float>> weights;
  std::vector<aura::dsp::MelBand> bands;
  for (const auto& filter : filterbank) {
    weights.emplace_back(filter.weights.begin(), filter.weights.end());
    bands.push_back({static_cast<std::uint32_t>(filter.first_bin),
                     static_cast<std::uint32_t>(weights.back().size()), weights.back().data()});
  }
  const auto network = aura::dsp::median_network(kBands);
  const std::size_t stride = lanes.floats + kFrame / kHop;
  const auto hops = noise<float>(kHop * stride);
  const auto window = noise<double>(kFrame);
  const auto signal = noise<double>(kTempoWindow + lanes.doubles);
  const auto frames_db = noise<float>((1 + lanes.floats) * kBands);
  std::vector<float> scale(lanes.floats, 1.0F);
  std::vector<float> doublings(lanes.floats, 0.0F);
  std::vector<double> values(kFrame * lanes.doubles);
  std::vector<float> power(kBins * lanes.floats);
  std::vector<float> magnitude(power.size());
  std::vector<float> centroid(lanes.floats);
  std::vector<float> rolloff(lanes.floats);
  std::vector<float> mel(kBands * lanes.floats);
  std::vector<float> mel_db(mel.size());
  std::vector<double> tempo_power((kTempoTransform / 2 + 1) * lanes.doubles);

  const auto heard = noise<float>(aura::dsp::Interpolator::kBefore + kHeard);
  const float* const first_heard = heard.data() + aura::dsp::Interpolator::kBefore;
  aura::dsp::BlockFilter filter{};
  for (std::size_t i = 0; i < aura::dsp::BlockFilter::kRows; ++i) filter.columns[i][i] = 0.5F;
  std::array<aura::dsp::FilteredSignal, 2> stereo{{{first_heard, {}, 0}, {first_heard, {}, 0}}};
  aura::dsp::Interpolator interpolator{aura::dsp::Interpolator::kMostPhases, {}, 1000};

  const auto to_decimate = noise<float>(aura::dsp::Decimator::kInputs);
  const aura::dsp::Decimator decimator{};
  std::array<float, aura::dsp::Decimator::kOutputs> decimated{};

  const auto per_frame = [&](std::size_t frames, const std::function<void()>& call) {
    return time_ns(call) / static_cast<double>(frames);
  };
  return {{"`measure_hop`", per_frame(1, [&] { lanes.measure_hop(hops.data() + 1, kHop); })},
          {"`power_spectra`: window, transform, power",
           per_frame(lanes.floats,
                     [&] {
                       lanes.power_spectra(fft.plan(), hops.data(), kHop, stride, window.data(),
                                           scale.data(), values.data(), power.data());
                     })},
          {"`measure_spectra`: magnitude, centroid, roll-off",
           per_frame(lanes.floats,
                     [&] {
                       lanes.measure_spectra(power.data(), kBins, magnitude.data(), centroid.data(),
                                             rolloff.data());
                     })},
          {"`mel_bands`: 128 bands, in dB",
           per_frame(lanes.floats,
                     [&] {
                       lanes.mel_bands(bands.data(), kBands, power.data(), doublings.data(),
                                       mel.data(), mel_db.data());
                     })},
          {"`median_rises`: onset strength",
           per_frame(lanes.floats,
                     [&] {
                       lanes.median_rises(frames_db.data(), kBands, -80, network.data(),
                                          network.size(), mel.data(), centroid.data());
                     })},
          {"`add_normalised_power`: tempogram",
           per_frame(lanes.doubles,
                     [&] {
                       lanes.add_normalised_power(tempo_fft.plan(), signal.data(), window.data(),
                                                  kTempoWindow, lanes.doubles, values.data(),
                                                  tempo_power.data());
                     })},
          {"`filtered_energies`: loudness of 512 samples in stereo",
           per_frame(kHeard / kHop,
                     [&] {
                       lanes.filtered_energies(filter, kHeard / aura::dsp::BlockFilter::kSamples,
                                               stereo.data(), stereo.size());
                     })},
          {"`interpolated_peak`: of 512 samples, all of them interpolated",
           per_frame(kHeard / kHop,
                     [&] { lanes.interpolated_peak(interpolator, first_heard, kHeard, 0); })},
          {"`decimate`: to 128 samples, for the chroma",
           per_frame(aura::dsp::Decimator::kOutputs * aura::dsp::Decimator::kBy / kHop,
                     [&] { lanes.decimate(decimator, to_decimate.data(), decimated.data()); })}};
}

/// Other libraries' transforms of 2048 real samples, nanoseconds each; no window, no power.
std::vector<std::pair<std::string, double>> time_peers() {
  std::vector<std::pair<std::string, double>> times;
  auto in = noise<float>(kFrame);
  auto in_double = noise<double>(kFrame);
  std::vector<std::complex<float>> out(kFrame);
  std::vector<std::complex<double>> out_double(kFrame);

  const auto kiss = kiss_fftr_alloc(kFrame, 0, nullptr, nullptr);
  auto* kiss_out = reinterpret_cast<kiss_fft_cpx*>(out.data());
  times.emplace_back("KissFFT, single", time_ns([&] { kiss_fftr(kiss, in.data(), kiss_out); }));
  kiss_fftr_free(kiss);
  const kissfft<double> kiss_double(kFrame / 2, false);
  times.emplace_back("KissFFT, double", time_ns([&] {
                       kiss_double.transform_real(in_double.data(), out_double.data());
                     }));

  Eigen::FFT<float> eigen(Eigen::FFT<float>::impl_type(), Eigen::FFT<float>::HalfSpectrum);
  times.emplace_back("Eigen, single", time_ns([&] { eigen.fwd(out.data(), in.data(), kFrame); }));
  Eigen::FFT<double> eigen_double(Eigen::FFT<double>::impl_type(),
                                  Eigen::FFT<double>::HalfSpectrum);
  times.emplace_back("Eigen, double", time_ns([&] {
                       eigen_double.fwd(out_double.data(), in_double.data(), kFrame);
                     }));

  auto* fftw_out = reinterpret_cast<fftwf_complex*>(out.data());
  const auto fftw = fftwf_plan_dft_r2c_1d(kFrame, in.data(), fftw_out, FFTW_PATIENT);
  times.emplace_back("FFTW, single", time_ns([&] { fftwf_execute(fftw); }));
  fftwf_destroy_plan(fftw);
  auto* fftw_out_double = reinterpret_cast<fftw_complex*>(out_double.data());
  const auto fftw_double =
      fftw_plan_dft_r2c_1d(kFrame, in_double.data(), fftw_out_double, FFTW_PATIENT);
  times.emplace_back("FFTW, double", time_ns([&] { fftw_execute(fftw_double); }));
  fftw_destroy_plan(fftw_double);
  return times;
}

/// The loudness of a minute of stereo at 44,100 Hz, noise whose highest samples are as rare as
/// music's: milliseconds.
std::vector<std::pair<std::string, double>> time_loudness() {
  constexpr int kRateHz = 44100;
  constexpr std::size_t kSamples = 60 * kRateHz;
  std::mt19937 random(1);
  std::normal_distribution<float> level(0, 0.1F);
  std::vector<float> interleaved(2 * kSamples);
  for (float& sample : interleaved) sample = level(random);

  std::vector<std::pair<std::string, double>> times;
  const auto time_ms = [&](const std::string& name, const std::function<void()>& call) {
    times.emplace_back(name, time_ns(call) / 1e6);
  };
  const auto by_libebur128 = [&](int mode) {
    ebur128_state* meter = ebur128_init(2, kRateHz, mode);
    double value = 0;
    ebur128_add_frames_float(meter, interleaved.data(), kSamples);
    ebur128_loudness_global(meter, &value);
    ebur128_loudness_range(meter, &value);
    ebur128_destroy(&meter);
  };
  time_ms("libebur128, integrated and range",
          [&] { by_libebur128(EBUR128_MODE_I | EBUR128_MODE_LRA); });
  time_ms("libebur128, these and the true peak",
          [&] { by_libebur128(EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK); });
  for (const Lanes* lanes : aura::dsp::usable_lanes()) {
    time_ms(std::string("ours, all three: ") + lanes->name, [&] {
      aura::dsp::LoudnessMeter meter(*lanes);
      meter.begin(kRateHz, std::array{1.0, 1.0});
      for (std::size_t at = 0; at < kSamples;) {
        const std::size_t count = std::min(meter.room(), kSamples - at);
        for (std::size_t c = 0; c < 2; ++c) {
          const auto to = meter.channel(c);
          for (std::size_t i = 0; i < count; ++i) to[i] = interleaved[2 * (at + i) + c];
        }
        meter.take(count);
        at += count;
      }
      meter.loudness();
    });
  }
  return times;
}

}  // namespace

int main(int argc, char** argv) {
  nlohmann::ordered_json json;
  std::vector<std::vector<std::pair<std::string, double>>> columns;
  std::string header = "| ns a frame |";
  std::string rule = "|---|";
  for (const Lanes* lanes : aura::dsp::usable_lanes()) {
    columns.push_back(time_kernels(*lanes));
    header += std::string(" ") + lanes->name + " |";
    rule += "---:|";
    for (const auto& [kernel, ns] : columns.back()) json["kernels"][kernel][lanes->name] = ns;
  }
  std::printf("%s\n%s\n", header.c_str(), rule.c_str());
  for (std::size_t row = 0; row < columns.front().size(); ++row) {
    std::printf("| %s |", columns.front()[row].first.c_str());
    for (const auto& column : columns) std::printf(" %.0f |", column[row].second);
    std::printf("\n");
  }

  std::printf("\n| a transform of 2048 real samples | ns |\n|---|---:|\n");
  for (const auto& [peer, ns] : time_peers()) {
    std::printf("| %s | %.0f |\n", peer.c_str(), ns);
    json["peers"][peer] = ns;
  }
  std::printf("| PFFFT | not in Debian 12 |\n\n");

  std::printf("| the loudness of a minute of stereo | ms |\n|---|---:|\n");
  for (const auto& [who, ms] : time_loudness()) {
    std::printf("| %s | %.1f |\n", who.c_str(), ms);
    json["loudness_ms"][who] = ms;
  }
  if (argc > 1) std::ofstream(argv[1]) << json.dump(1) << '\n';
}
