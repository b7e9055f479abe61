#include "aura/dsp/framer.h"

#include <catch2/catch.hpp>
#include <numeric>

namespace aura::dsp {
namespace {

constexpr std::size_t kFrameLength = 2048;
constexpr std::size_t kHopLength = 512;

struct Copy {
  std::vector<float> padded;
  std::vector<float> signal;
  bool operator==(const Copy&) const = default;
};

/// The frames of `signal`, pushed in blocks of `block` samples.
std::vector<Copy> frames_of(std::span<const float> signal, std::size_t block) {
  std::vector<Copy> frames;
  const auto keep = [&](const Frame& frame) {
    frames.push_back(
        {{frame.padded.begin(), frame.padded.end()}, {frame.signal.begin(), frame.signal.end()}});
  };
  Framer framer(kFrameLength, kHopLength);
  while (!signal.empty()) {
    const auto head = signal.first(std::min(block, signal.size()));
    framer.push(head, keep);
    signal = signal.subspan(head.size());
  }
  framer.finish(keep);
  return frames;
}

/// 1, 2, 3, ...: each sample tells where it stood.
std::vector<float> counting(std::size_t length) {
  std::vector<float> samples(length);
  std::iota(samples.begin(), samples.end(), 1.0F);
  return samples;
}

TEST_CASE("framer: frame t is centred on sample t * hop, with zeros beyond the ends") {
  const std::size_t length =
      GENERATE(as<std::size_t>{}, 0, 1, 5, 511, 512, 513, 1023, 1024, 2047, 2048, 2049, 5000);
  const auto frames = frames_of(counting(length), 10'000);
  REQUIRE(frames.size() == 1 + length / kHopLength);
  for (std::size_t t = 0; t < frames.size(); ++t) {
    std::vector<float> padded(kFrameLength, 0.0F);
    std::vector<float> signal;
    for (std::size_t i = 0; i < kFrameLength; ++i) {
      const std::size_t from_padded_start = t * kHopLength + i;
      if (from_padded_start < kFrameLength / 2) continue;
      const std::size_t sample = from_padded_start - kFrameLength / 2;
      if (sample >= length) continue;
      padded[i] = static_cast<float>(sample + 1);
      signal.push_back(padded[i]);
    }
    CHECK(frames[t].padded == padded);
    CHECK(frames[t].signal == signal);
  }
}

TEST_CASE("framer: the size of the blocks makes no difference") {
  const auto signal = counting(6000);
  const auto whole = frames_of(signal, signal.size());
  const std::size_t block = GENERATE(as<std::size_t>{}, 1, 7, 512, 2048, 5999);
  CHECK(frames_of(signal, block) == whole);
}

}  // namespace
}  // namespace aura::dsp
