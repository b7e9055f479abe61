#include "source_meter.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "files.h"
#include "source_values.h"
#include "wav.h"

namespace aura::audio {
namespace {

constexpr int kRateHz = 44'100;

std::vector<double> noise(double amplitude, std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> value(-amplitude, amplitude);
  std::vector<double> samples(count);
  for (double& sample : samples) sample = value(random);
  return samples;
}

std::vector<double> interleaved(const std::vector<double>& left, const std::vector<double>& right) {
  std::vector<double> samples;
  for (std::size_t i = 0; i < left.size(); ++i) samples.insert(samples.end(), {left[i], right[i]});
  return samples;
}

Source source_of_wav(const std::vector<double>& left, const std::vector<double>& right,
                     WavFormat format = WavFormat::kS24) {
  return decode_all(wav(format, kRateHz, 2, interleaved(left, right))).source;
}

const auto kLeft = noise(0.5, 20 * kRateHz, 1);
const auto kRight = noise(0.5, 20 * kRateHz, 2);

/// A sinc under a Hann window.
std::vector<double> low_passed(const std::vector<double>& samples, double hz) {
  constexpr int kHalf = 200;
  std::vector<double> taps;
  for (int k = -kHalf; k <= kHalf; ++k) {
    const double x = M_PI * k * 2 * hz / kRateHz;
    taps.push_back((k == 0 ? 1 : std::sin(x) / x) * 2 * hz / kRateHz *
                   (0.5 + 0.5 * std::cos(M_PI * k / kHalf)));
  }
  std::vector<double> result(samples.size());
  for (std::size_t i = taps.size(); i < samples.size(); ++i) {
    for (std::size_t k = 0; k < taps.size(); ++k) result[i] += taps[k] * samples[i - k];
  }
  return result;
}

TEST_CASE("source: the format is that of the file") {
  const auto source = source_of_wav(kLeft, kRight);
  CHECK(source.codec == "pcm_s24le");
  CHECK(source.is_lossless);
  CHECK(source.sample_rate_hz == kRateHz);
  CHECK(source.channels == 2);
  CHECK(source.bits_per_sample == 24);
  CHECK(source.bit_rate_bps == 2 * 24 * kRateHz);
  const auto lossy = decode_all(read_data("music/northbound.mp3")).source;
  CHECK(lossy.codec == "mp3");
  CHECK_FALSE(lossy.is_lossless);
  CHECK_FALSE(lossy.bits_per_sample);
  CHECK(lossy.bit_rate_bps.value() > 50'000);
  const auto flac = decode_all(read_data("audio/24_bit.flac")).source;
  CHECK(flac.is_lossless);
  CHECK(flac.bits_per_sample == 24);
}

TEST_CASE("source: independent channels have no correlation, and as much side as middle") {
  const auto source = source_of_wav(kLeft, kRight);
  // The deviation over 882,000 samples is 0.001.
  CHECK(source.correlation.value() == Approx(0).margin(0.005));
  CHECK(source.width_db.value() == Approx(0).margin(0.05));
  CHECK(source.balance_db.value() == Approx(0).margin(0.05));
  CHECK(source.dc_offset < 0.002);
  CHECK(source.clipped_runs == 0);
  CHECK(source.start_silence_s == 0);
  CHECK(source.end_silence_s == 0);
  CHECK(source.cutoff_db < 3);
}

TEST_CASE("source: equal channels are mono, opposite ones all side, one alone is one-sided") {
  auto opposite = kLeft;
  for (double& sample : opposite) sample = -sample;
  const auto mono = source_of_wav(kLeft, kLeft);
  CHECK(mono.correlation.value() == Approx(1));
  CHECK(mono.width_db.value() < -90);
  const auto inverted = source_of_wav(kLeft, opposite);
  CHECK(inverted.correlation.value() == Approx(-1));
  CHECK(inverted.width_db.value() > 60);
  const auto alone = source_of_wav(kLeft, std::vector<double>(kLeft.size()));
  CHECK(alone.balance_db == Source::kMostDb);
  CHECK_FALSE(alone.correlation);
  CHECK(alone.width_db.value() == Approx(0).margin(0.001));
  auto half = kRight;
  for (double& sample : half) sample /= 2;
  CHECK(source_of_wav(kLeft, half).balance_db.value() == Approx(6.02).margin(0.05));
}

TEST_CASE("source: one channel, or more than two, have no stereo values") {
  const auto one = decode_all(wav(WavFormat::kS16, kRateHz, 1, kLeft)).source;
  CHECK(one.channels == 1);
  CHECK_FALSE(one.balance_db);
  CHECK_FALSE(one.width_db);
  CHECK_FALSE(one.correlation);
  const auto many = decode_all(wav(WavFormat::kS16, kRateHz, 6, kLeft)).source;
  CHECK(many.channels == 6);
  CHECK_FALSE(many.balance_db);
}

TEST_CASE("source: silence before and after the sound is measured to the sample") {
  auto left = noise(0.0005, 5 * kRateHz, 3);  // below -60 dBFS
  auto right = left;
  left[30'001] = 0.01;
  right[100'000] = -0.01;
  const auto source = source_of_wav(left, right);
  CHECK(source.start_silence_s == Approx(30'001.0 / kRateHz));
  CHECK(source.end_silence_s == Approx((5.0 * kRateHz - 100'001) / kRateHz));
  const std::vector<double> nothing(5 * kRateHz);
  const auto silent = source_of_wav(nothing, nothing);
  CHECK(silent.start_silence_s == Approx(5));
  CHECK(silent.end_silence_s == Approx(5));
  CHECK_FALSE(silent.balance_db);
  CHECK(silent.cutoff_hz == 0);
}

TEST_CASE("source: the offset is the mean of the channel that is farthest off") {
  auto left = kLeft, right = kRight;
  for (double& sample : left) sample += 0.01;
  for (double& sample : right) sample -= 0.03;
  CHECK(source_of_wav(left, right).dc_offset == Approx(0.03).margin(0.001));
}

TEST_CASE("source: runs of three at full scale are clipped, shorter and moving ones are not") {
  auto left = kLeft, right = kRight;
  const auto put = [](std::vector<double>& samples, std::size_t at, std::size_t count,
                      double value) {
    for (std::size_t i = 0; i < count; ++i) samples[at + i] = value;
  };
  put(left, 1000, 3, 1);
  put(left, 2000, 50, -1);
  put(right, 4409, 3, 1);  // over the end of a step
  put(right, 5000, 2, 1);
  right[6000] = 1, right[6001] = -1, right[6002] = 1;
  put(right, 7000, 5, 0.95);
  CHECK(source_of_wav(left, right, WavFormat::kS16).clipped_runs == 3);
}

TEST_CASE("source: a low-pass filter is found where it cuts off") {
  for (const double hz : {11'000.0, 16'000.0, 19'000.0}) {
    CAPTURE(hz);
    const auto source = source_of_wav(low_passed(kLeft, hz), low_passed(kRight, hz));
    CHECK(source.cutoff_hz == Approx(hz).margin(500));
    CHECK(source.cutoff_db > 40);
  }
  // Too short to know.
  const std::vector<double> brief(kLeft.begin(), kLeft.begin() + 5 * kRateHz);
  CHECK(source_of_wav(low_passed(brief, 16'000), low_passed(brief, 16'000)).cutoff_hz == 0);
}

TEST_CASE("source: it may change its rate and its channels on the way") {
  SourceMeter meter;
  std::vector<float> samples(kRateHz, 0.5F);
  samples[0] = samples[1] = samples[2] = 1;
  const std::vector<float> nothing(kRateHz);
  const auto push = [&](int rate_hz, const std::vector<float>& first, std::size_t channels) {
    meter.begin(rate_hz, channels);
    const std::vector<std::span<const float>> all(channels, first);
    meter.push(all);
  };
  push(kRateHz, nothing, 2);
  push(22'050, samples, 1);
  push(kRateHz, nothing, 2);
  const auto source = meter.source();
  CHECK(source.start_silence_s == Approx(1));
  CHECK(source.end_silence_s == Approx(1));
  CHECK(source.clipped_runs == 1);
  CHECK_FALSE(source.balance_db);
  CHECK(SourceMeter().source() == Source{});
}

TEST_CASE("source: numbers come back as they were, and odd ones are refused") {
  const auto source = source_of_wav(kLeft, kRight);
  const auto numbers = numbers_of(source);
  CHECK((source_of(numbers, source.codec) == source));
  CHECK((source_of(numbers_of(Source{}), "") == Source{}));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    CAPTURE(i);
    for (const double odd : {std::numeric_limits<double>::infinity(), 1e300, -1e300}) {
      auto changed = numbers;
      changed.at(i) = odd;
      CHECK_FALSE(source_of(changed, "mp3"));
    }
  }
  for (const auto* odd : {"MP3", "<b>", "a b", "\x1b", "a-name-that-is-longer"})
    CHECK_FALSE(source_of(numbers, odd));
}

}  // namespace
}  // namespace aura::audio
