#include "aura/analysis/fingerprint.h"

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "any_measurements.h"
#include "aura/analysis/measure.h"
#include "fingerprinter.h"
#include "wav.h"

namespace aura::analysis {
namespace {

using Items = std::vector<std::uint32_t>;

constexpr const char* kTracks[] = {"corner_table.flac", "lake_waltz.wav", "mirror_ball.opus",
                                   "night_train.ogg",   "northbound.mp3", "slow_harbour.m4a"};
constexpr int kRateHz = 22'050;
/// Of 12 s, and of 10 s.
constexpr std::size_t kOffset = 96;
constexpr std::size_t kLeast = 80;

Items any_items(std::mt19937& random, std::size_t count) {
  Items items(count);
  for (auto& item : items) item = static_cast<std::uint32_t>(random());
  return items;
}

/// As the definition has it, a bit after the other.
double plain_bit_error(const Items& a, const Items& b) {
  double least = 1;
  for (int offset = -static_cast<int>(kOffset); offset <= static_cast<int>(kOffset); ++offset) {
    int count = 0, bits = 0;
    for (int i = 0; i < static_cast<int>(a.size()); ++i) {
      const int other = i + offset;
      if (other < 0 || other >= static_cast<int>(b.size())) continue;
      ++count;
      bits += std::popcount(a[static_cast<std::size_t>(i)] ^ b[static_cast<std::size_t>(other)]);
    }
    if (count >= static_cast<int>(kLeast)) least = std::min(least, bits / (32.0 * count));
  }
  return least;
}

std::vector<float> samples_of(const std::string& track) {
  const auto file = Spool::open(std::string(AURA_TEST_DATA "/music/") + track, 1 << 30);
  std::vector<float> samples;
  audio::Decoder().decode(file, {}, [&](std::span<const float> block) {
    samples.insert(samples.end(), block.begin(), block.end());
  });
  return samples;
}

Items fingerprint_of(std::span<const float> samples, int rate_hz = kRateHz) {
  Fingerprinter fingerprinter(rate_hz);
  fingerprinter.push(samples);
  return fingerprinter.finish().items;
}

std::vector<float> at_level(std::vector<float> samples, float gain) {
  for (float& sample : samples) sample *= gain;
  return samples;
}

/// What Chromaprint makes of samples at 22,050 Hz, with its own resampler.
Items reference(std::span<const float> samples) {
  std::vector<std::int16_t> whole;
  for (const float sample : samples)
    whole.push_back(
        static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32'767)));
  auto* context = chromaprint_new(CHROMAPRINT_ALGORITHM_DEFAULT);
  chromaprint_start(context, kRateHz, 1);
  chromaprint_feed(context, whole.data(), static_cast<int>(whole.size()));
  chromaprint_finish(context);
  std::uint32_t* items = nullptr;
  int count = 0;
  chromaprint_get_raw_fingerprint(context, &items, &count);
  Items found(items, items + count);
  chromaprint_dealloc(items);
  chromaprint_free(context);
  return found;
}

}  // namespace

TEST_CASE("fingerprint: the bit error is that of the definition, in any order") {
  std::mt19937 random(1);
  for (const auto& [first, second] : std::vector<std::pair<std::size_t, std::size_t>>{
           {80, 80}, {81, 300}, {300, 119}, {948, 948}, {1000, 200}}) {
    CAPTURE(first, second);
    const auto a = any_items(random, first), b = any_items(random, second);
    CHECK(bit_error(a, b) == plain_bit_error(a, b));
    CHECK(bit_error(b, a) == bit_error(a, b));
    CHECK(bit_error(a, a) == 0);
  }
}

TEST_CASE("fingerprint: the bit error is found at any offset up to 12 s, either way") {
  std::mt19937 random(2);
  const auto whole = any_items(random, 948);
  auto changed = whole;
  for (auto& item : changed) item ^= 1U << random() % 32;
  for (const std::size_t offset : {std::size_t{0}, std::size_t{1}, std::size_t{33}, kOffset}) {
    CAPTURE(offset);
    const Items late(changed.begin() + static_cast<std::ptrdiff_t>(offset), changed.end());
    CHECK(bit_error(whole, late) == 1 / 32.0);
    CHECK(bit_error(late, whole) == 1 / 32.0);
    CHECK(is_same_recording(whole, late));
  }
  const Items too_late(changed.begin() + kOffset + 1, changed.end());
  CHECK(bit_error(whole, too_late) > 0.45);
  CHECK_FALSE(is_same_recording(whole, too_late));
}

TEST_CASE("fingerprint: one recording is less than 15 % of the bits, over at least 10 s") {
  std::mt19937 random(3);
  const auto whole = any_items(random, 400);
  auto near = whole, far = whole;
  for (auto& item : near) item ^= 0xF;                                            // an eighth
  for (std::size_t i = 0; i < far.size(); ++i) far[i] ^= i % 5 < 4 ? 0x1F : 0xF;  // 0.15
  CHECK(bit_error(whole, near) == 0.125);
  CHECK(is_same_recording(whole, near));
  CHECK(bit_error(whole, far) == Approx(0.15));
  CHECK_FALSE(is_same_recording(whole, far));

  const Items ten(whole.begin(), whole.begin() + kLeast + 1);
  CHECK(bit_error(whole, ten) == 0);
  CHECK(is_same_recording(whole, ten));
  const Items less(whole.begin(), whole.begin() + kLeast - 1);
  CHECK(bit_error(whole, less) == 0.5);
  CHECK(bit_error(less, less) == 0.5);
  CHECK_FALSE(is_same_recording(less, less));
  CHECK(bit_error({}, {}) == 0.5);
  CHECK_FALSE(is_same_recording({}, {}));
}

TEST_CASE("fingerprint: steady sounds are never taken for one recording") {
  const auto silence = fingerprint_of(std::vector<float>(60 * kRateHz));
  CHECK(bit_error(silence, silence) == 0);
  CHECK_FALSE(is_same_recording(silence, silence));
  std::vector<float> tone;
  for (const double value : audio::sine(440, 0.5, kRateHz, 60 * kRateHz))
    tone.push_back(static_cast<float>(value));
  const auto of_tone = fingerprint_of(tone);
  CHECK_FALSE(is_same_recording(of_tone, of_tone));
}

TEST_CASE("fingerprint: a short track may repeat its items, if not all the time") {
  std::mt19937 random(5);
  const auto repeated = [&](std::size_t times) {
    Items items;
    while (items.size() < 100)
      items.insert(items.end(), times, static_cast<std::uint32_t>(random()));
    return items;
  };
  const auto twice = repeated(2), often = repeated(4);
  CHECK(is_same_recording(twice, twice));
  CHECK_FALSE(is_same_recording(often, often));
}

TEST_CASE("fingerprint: the items are Chromaprint's") {
  for (const auto* track : kTracks) {
    INFO(track);
    const auto samples = samples_of(track);
    const auto items = fingerprint_of(samples), expected = reference(samples);
    REQUIRE(items.size() >= kLeast);
    // The resamplers differ by a few samples at the start and in the last bit.
    CHECK(items.size() <= expected.size() + 1);
    CHECK(expected.size() <= items.size() + 1);
    CHECK(bit_error(items, expected) < 0.01);
  }
}

TEST_CASE("fingerprint: blocks of any size give the same items") {
  const auto samples = samples_of("northbound.mp3");
  const auto whole = fingerprint_of(samples);
  std::mt19937 random(4);
  for (const std::size_t most : {1U, 7U, 3000U}) {
    Fingerprinter fingerprinter(kRateHz);
    for (std::span<const float> left(samples); !left.empty();) {
      const auto count = std::min(left.size(), std::size_t{random()} % (most + 1));
      fingerprinter.push(left.first(count));
      left = left.subspan(count);
    }
    CHECK(fingerprinter.finish().items == whole);
  }
}

TEST_CASE("fingerprint: only the first two minutes count, and 3 s are too few") {
  auto samples = samples_of("northbound.mp3");
  while (samples.size() < 121 * std::size_t{kRateHz})
    samples.insert(samples.end(), samples.begin(), samples.end());
  const auto items = fingerprint_of(samples);
  CHECK(items.size() == 948);
  CHECK(items.size() <= kMaxFingerprintItems);
  CHECK(items == fingerprint_of(std::span(samples).first(120 * std::size_t{kRateHz})));
  CHECK(fingerprint_of(std::span(samples).first(2 * std::size_t{kRateHz})).empty());
  CHECK(fingerprint_of({}).empty());
}

TEST_CASE(
    "fingerprint: a track is recognised at another level, with a cut start, at another rate") {
  for (const auto* track : kTracks) {
    INFO(track);
    auto samples = samples_of(track);
    samples.insert(samples.end(), samples.begin(), samples.end());  // some have 13 s
    const auto items = fingerprint_of(samples);
    CHECK(is_same_recording(items, fingerprint_of(at_level(samples, 2.818F))));  // 9 dB
    CHECK(is_same_recording(items, fingerprint_of(at_level(samples, 0.355F))));
    CHECK(is_same_recording(items, fingerprint_of(std::span(samples).subspan(2 * kRateHz + 123))));
    // Every sample twice, as a poor resampler has it.
    std::vector<float> doubled;
    for (const float sample : samples) doubled.insert(doubled.end(), 2, sample);
    CHECK(is_same_recording(items, fingerprint_of(doubled, 2 * kRateHz)));
  }
}

TEST_CASE("fingerprint: different tracks are not taken for one") {
  std::vector<Items> all;
  for (const auto* track : kTracks) all.push_back(fingerprint_of(samples_of(track)));
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      INFO(kTracks[i] << " " << kTracks[j]);
      CHECK(bit_error(all[i], all[j]) > 0.3);
      CHECK_FALSE(is_same_recording(all[i], all[j]));
    }
  }
}

TEST_CASE("fingerprint: measured only if somebody needs it, and empty for silence") {
  const auto file = Spool::open(AURA_TEST_DATA "/music/northbound.mp3", 1 << 30);
  CHECK(measure(file, audio::Decoder(), {}).measurements.fingerprint.items.empty());
  const auto wanting = wanting_fingerprint();
  const auto measured = measure_missing(wanting, file, audio::Decoder(), {}).measurements;
  CHECK(measured.fingerprint.items == fingerprint_of(samples_of("northbound.mp3")));

  // The rest is known: the fingerprint alone is measured.
  const auto known = known_of(measured);
  CHECK(is_complete(known));
  CHECK_FALSE(is_complete(wanting_fingerprint(known)));
  const bool is_same =
      measure_missing(wanting_fingerprint(known), file, audio::Decoder(), {}).measurements ==
      measured;
  CHECK(is_same);

  Spool silence;
  silence.append(audio::wav(audio::WavFormat::kS16, 22'050, 1, std::vector<double>(20 * 22'050)));
  CHECK(measure_missing(wanting, silence, audio::Decoder(), {})
            .measurements.fingerprint.items.empty());
}

TEST_CASE("fingerprint: that of the first channel where the channels cancel out") {
  const auto samples = samples_of("northbound.mp3");
  std::vector<double> opposite;
  for (const float sample : samples) {
    opposite.push_back(sample);
    opposite.push_back(-sample);
  }
  Spool file;
  file.append(audio::wav(audio::WavFormat::kS16, kRateHz, 2, opposite));
  const auto measured =
      measure_missing(wanting_fingerprint(), file, audio::Decoder(), {}).measurements;
  CHECK(is_same_recording(measured.fingerprint.items, fingerprint_of(samples)));
}

}  // namespace aura::analysis
