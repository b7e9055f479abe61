#include "aura/dsp/waveform.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "signals.h"

namespace aura::dsp {
namespace {

Waveform waveform_of(std::span<const float> samples) {
  Waveform waveform;
  waveform.push(samples);
  return waveform;
}

std::vector<float> ramp(std::size_t size) {
  std::vector<float> samples(size);
  std::iota(samples.begin(), samples.end(), 1.0F);
  return samples;
}

TEST_CASE("waveform: fewer samples than columns have a column each") {
  CHECK(waveform_of({}).columns(800).empty());
  const auto samples = ramp(GENERATE(as<std::size_t>{}, 1, 5, 799, 800));
  const auto columns = waveform_of(samples).columns(800);
  REQUIRE(columns.size() == samples.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    CHECK(columns[i].low == samples[i]);
    CHECK(columns[i].high == samples[i]);
  }
}

TEST_CASE("waveform: columns are equally long, to the length of a range") {
  constexpr std::size_t kColumns = 800;
  // Around where ranges are merged, and far beyond.
  const auto size =
      GENERATE(as<std::size_t>{}, 801, 4095, 4096, 4097, 8191, 8192, 8193, 1 << 20, 3'999'999);
  INFO(size);
  const auto waveform = waveform_of(ramp(size));
  CHECK(waveform.samples() == size);
  const auto columns = waveform.columns(kColumns);
  REQUIRE(columns.size() == kColumns);
  // Half of the most ranges is the least that there are once they were merged.
  const double range = std::max(1.0, std::ceil(static_cast<double>(size) / 2048));
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto begin = static_cast<double>(size) * static_cast<double>(i) / kColumns;
    const auto end = static_cast<double>(size) * static_cast<double>(i + 1) / kColumns;
    // The sample at n is n + 1; ranges reach over either end of a column.
    CHECK(static_cast<double>(columns[i].low) == Approx(begin + 1).margin(range));
    CHECK(static_cast<double>(columns[i].high) == Approx(end).margin(range));
  }
  CHECK(columns.front().low == 1);
  CHECK(columns.back().high == static_cast<float>(size));
}

TEST_CASE("waveform: a single loud sample is in it wherever it is") {
  std::vector<float> samples(100'003, 0.0F);
  const auto at = GENERATE(as<std::size_t>{}, 0, 1, 4095, 50'000, 99'999, 100'002);
  samples[at] = -0.5F;
  const auto columns = waveform_of(samples).columns(640);
  const auto is_loud = [](const SampleRange& range) { return range.low == -0.5F; };
  // Two columns where its range lies in both.
  const auto loud = std::count_if(columns.begin(), columns.end(), is_loud);
  CHECK((loud == 1 || loud == 2));
  CHECK(is_loud(columns[at * 640 / samples.size()]));
  for (const auto& range : columns) CHECK(range.high == 0);
}

TEST_CASE("waveform: the size of the blocks makes no difference") {
  const auto samples = test::noise(0.7, 30'001);
  const auto whole = waveform_of(samples).columns(500);
  const auto block = GENERATE(as<std::size_t>{}, 1, 7, 4096);
  Waveform waveform;
  for (std::span<const float> rest = samples; !rest.empty();) {
    const auto head = rest.first(std::min(block, rest.size()));
    waveform.push(head);
    rest = rest.subspan(head.size());
  }
  const auto columns = waveform.columns(500);
  REQUIRE(columns.size() == whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CHECK(columns[i].low == whole[i].low);
    CHECK(columns[i].high == whole[i].high);
  }
}

}  // namespace
}  // namespace aura::dsp
