#include "aura/analysis/pictures.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <numbers>
#include <vector>

#include "aura/analysis/features.h"
#include "aura/analysis/measurements.h"
#include "signals.h"

namespace aura::analysis {
namespace {

constexpr std::size_t kSecond = test::kSampleRateHz;

Pictures pictures_of(std::span<const float> samples) {
  FeatureExtractor extractor(test::kSampleRateHz);
  extractor.push(samples);
  return std::move(extractor).finish().rhythm().pictures();
}

std::vector<float> clicks(double bpm, std::size_t seconds) {
  std::vector<float> samples(seconds * kSecond, 0.0F);
  const auto burst = test::noise(0.8, 500);
  for (double at_s = 0.5; at_s + 0.5 < static_cast<double>(seconds); at_s += 60 / bpm) {
    std::copy(burst.begin(), burst.end(),
              samples.begin() + std::lround(at_s * test::kSampleRateHz));
  }
  return samples;
}

std::size_t spectrum_columns(const Pictures& pictures) {
  return pictures.spectrogram.size() / Pictures::kBands;
}

/// The loudest band of a column.
std::size_t loudest_band(const Pictures& pictures, std::size_t column) {
  const auto begin =
      pictures.spectrogram.begin() + static_cast<std::ptrdiff_t>(column * Pictures::kBands);
  return static_cast<std::size_t>(
      std::max_element(begin, begin + static_cast<std::ptrdiff_t>(Pictures::kBands)) - begin);
}

TEST_CASE("pictures: hours have no more columns than minutes, a second has fewer") {
  const auto long_one = pictures_of(test::noise(0.5, 60 * kSecond));
  CHECK(long_one.duration_s == Approx(60));
  CHECK(long_one.low.size() == 800);
  CHECK(long_one.high.size() == 800);
  CHECK(spectrum_columns(long_one) == 400);
  CHECK(long_one.mfcc.size() == std::size_t{400} * 13);
  CHECK(long_one.onsets.size() == 800);
  const auto short_one = pictures_of(test::noise(0.5, kSecond));
  CHECK(short_one.low.size() == 800);
  // 1 + 22,050 / 512 frames.
  CHECK(spectrum_columns(short_one) == 44);
  CHECK(short_one.onsets.size() == 44);
}

TEST_CASE("pictures: a clip of a few samples, and one of none, has what there is to draw") {
  const auto size = GENERATE(as<std::size_t>{}, 0, 1, 5);
  const auto pictures = pictures_of(std::vector<float>(size, 0.25F));
  CHECK(pictures.low == std::vector<std::int8_t>(size, 32));
  CHECK(pictures.high == pictures.low);
  CHECK(spectrum_columns(pictures) == 1);
  CHECK(pictures.onsets == std::vector<std::uint8_t>{0});
  CHECK_NOTHROW(nlohmann::json::parse(to_json(pictures)));
}

TEST_CASE("pictures: silence is dark and flat") {
  const auto pictures = pictures_of(std::vector<float>(10 * kSecond, 0.0F));
  const auto is_zero = [](auto value) { return value == 0; };
  CHECK(std::all_of(pictures.low.begin(), pictures.low.end(), is_zero));
  CHECK(std::all_of(pictures.high.begin(), pictures.high.end(), is_zero));
  CHECK(std::all_of(pictures.spectrogram.begin(), pictures.spectrogram.end(), is_zero));
  CHECK(std::all_of(pictures.mfcc.begin(), pictures.mfcc.end(), is_zero));
  CHECK(std::all_of(pictures.onsets.begin(), pictures.onsets.end(), is_zero));
  for (const auto& tempo : pictures.tempi) CHECK(tempo.strength == 0);
  CHECK(pictures.range_db == 80);
}

TEST_CASE("pictures: the waveform shows how loud it is when, and stays within full scale") {
  // Every eighth sample is a crest.
  auto samples = test::sine(test::kSampleRateHz / 8.0, 0.25, 8 * kSecond);
  std::fill(samples.begin(), samples.begin() + 4 * kSecond, 0.0F);
  samples.back() = -3;
  const auto pictures = pictures_of(samples);
  for (std::size_t i = 0; i < 800; ++i) {
    INFO(i);
    // Where the two halves meet, and at the loud last sample, a column may hold of both sides.
    if (i == 399 || i == 400 || i == 799) continue;
    CHECK(pictures.high[i] == (i < 400 ? 0 : 32));
    CHECK(pictures.low[i] == (i < 400 ? 0 : -32));
  }
  CHECK(pictures.low.back() == -127);
}

TEST_CASE("pictures: a sine that rises by octaves rises through the bands, the loudest at 255") {
  std::vector<float> samples;
  for (const double hz : {250.0, 500.0, 1000.0, 2000.0, 4000.0}) {
    const auto tone = test::sine(hz, 0.5, 4 * kSecond);
    samples.insert(samples.end(), tone.begin(), tone.end());
  }
  const auto pictures = pictures_of(samples);
  const std::size_t columns = spectrum_columns(pictures);
  std::size_t before = 0;
  for (std::size_t tone = 0; tone < 5; ++tone) {
    const std::size_t band = loudest_band(pictures, (2 * tone + 1) * columns / 10);
    CHECK(band > before);
    before = band;
  }
  CHECK(*std::max_element(pictures.spectrogram.begin(), pictures.spectrogram.end()) == 255);
  CHECK(pictures.highest_hz == 11025);
}

TEST_CASE("pictures: brightness is level, and what is 90 dB below the loudest is dark") {
  auto samples = test::noise(0.9, 9 * kSecond);
  for (std::size_t n = 3 * kSecond; n < samples.size(); ++n)
    samples[n] *= n < 6 * kSecond ? 0.01F : std::pow(10.0F, -90.0F / 20);
  const auto pictures = pictures_of(samples);
  // Of the second that begins at `second`.
  const auto mean_db = [&](std::size_t second) {
    const std::size_t columns = spectrum_columns(pictures);
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t column = second * columns / 9; column < (second + 1) * columns / 9; ++column) {
      for (std::size_t band = 0; band < Pictures::kBands; ++band, ++count)
        sum += pictures.spectrogram[column * Pictures::kBands + band];
    }
    return sum / static_cast<double>(count) / 255 * pictures.range_db;
  };
  CHECK(mean_db(1) - mean_db(4) == Approx(40).margin(0.5));  // it is noise, in each second another
  CHECK(mean_db(7) == 0);
}

TEST_CASE("pictures: MFCC are how far each coefficient is from its mean") {
  // Twice as loud in power is 3 dB more in every band, of which the first coefficient has the
  // root of their number, and no other has any.
  auto samples = test::noise(0.4, 20 * kSecond);
  for (std::size_t n = 10 * kSecond; n < samples.size(); ++n)
    samples[n] *= std::numbers::sqrt2_v<float>;
  const auto pictures = pictures_of(samples);
  const std::size_t columns = pictures.mfcc.size() / 13;
  const auto mean = [&](std::size_t begin, std::size_t end, std::size_t coefficient) {
    double sum = 0;
    for (std::size_t column = begin; column < end; ++column)
      sum += pictures.mfcc[column * 13 + coefficient] * pictures.mfcc_scale.at(coefficient);
    return sum / static_cast<double>(end - begin);
  };
  // The frames over the ends and the middle are left out; noise differs by less than 0.1 dB over
  // ten seconds, times that root.
  const double root = std::sqrt(128.0);
  CHECK(mean(205, 398, 0) - mean(2, 195, 0) ==
        Approx(10 * std::log10(2) * root).margin(0.1 * root));
  CHECK(mean(205, 398, 5) - mean(2, 195, 5) == Approx(0).margin(0.1 * root));
  CHECK(mean(0, columns, 0) == Approx(0).margin(pictures.mfcc_scale[0]));
}

TEST_CASE("pictures: onsets stand where clicks are, and their tempo stands out") {
  const auto pictures = pictures_of(clicks(120, 30));
  REQUIRE(pictures.onsets.size() == 800);
  CHECK(*std::max_element(pictures.onsets.begin(), pictures.onsets.end()) == 255);
  // Clicks half a second apart are 13 columns apart. What is loud lies within a column of one.
  for (std::size_t i = 0; i < 800; ++i) {
    if (pictures.onsets[i] < 128) continue;
    const double beats = 2 * 30 * (static_cast<double>(i) + 0.5) / 800;
    CHECK(std::abs(beats - std::round(beats)) * 800 / 60 < 2);
  }
  const auto strength_at = [&](double bpm) {
    const auto nearest = std::min_element(pictures.tempi.begin(), pictures.tempi.end(),
                                          [&](const auto& a, const auto& b) {
                                            return std::abs(a.bpm - bpm) < std::abs(b.bpm - bpm);
                                          });
    return nearest->strength;
  };
  CHECK(strength_at(120) > 0.5);
  CHECK(strength_at(60) > 0.5);
  CHECK(strength_at(90) < 0.2);
  CHECK(pictures.tempi.front().bpm >= 30);
  CHECK(pictures.tempi.back().bpm <= 300);
  CHECK(std::is_sorted(pictures.tempi.begin(), pictures.tempi.end(),
                       [](const auto& a, const auto& b) { return a.bpm < b.bpm; }));
}

TEST_CASE("pictures: the JSON has each picture, and is small") {
  const auto pictures = pictures_of(clicks(97, 30));
  const auto text = to_json(pictures);
  CHECK(text.size() <= 48'000);
  CHECK(text.find('\n') == std::string::npos);
  const auto json = nlohmann::json::parse(text);
  const auto bytes_in = [](const nlohmann::json& coded) {
    const auto data = coded.get<std::string>();
    return data.size() / 4 * 3 -
           static_cast<std::size_t>(std::count(data.begin(), data.end(), '='));
  };
  CHECK(json.at("duration_s") == 30);
  CHECK(json.at("waveform").at("columns") == 800);
  CHECK(bytes_in(json.at("waveform").at("min")) == 800);
  CHECK(bytes_in(json.at("waveform").at("max")) == 800);
  const auto& spectrogram = json.at("spectrogram");
  CHECK(spectrogram.at("columns") == 400);
  CHECK(spectrogram.at("bands") == 64);
  CHECK(spectrogram.at("low_hz") == 0);
  CHECK(spectrogram.at("high_hz") == 11025);
  // 80, less what the loudest moment is above the loudest column.
  CHECK(spectrogram.at("db_range") == Approx(pictures.range_db).margin(0.05));
  CHECK(pictures.range_db > 60);
  CHECK(pictures.range_db <= 80);
  CHECK(bytes_in(spectrogram.at("data")) == 400 * 64);
  CHECK(json.at("mfcc").at("columns") == 400);
  CHECK(json.at("mfcc").at("coefficients") == 13);
  CHECK(json.at("mfcc").at("scale").size() == 13);
  CHECK(bytes_in(json.at("mfcc").at("data")) == 400 * 13);
  CHECK(json.at("onset").at("columns") == 800);
  CHECK(bytes_in(json.at("onset").at("data")) == 800);
  CHECK(json.at("tempo").at("bpm").size() == json.at("tempo").at("strength").size());
}

}  // namespace
}  // namespace aura::analysis
