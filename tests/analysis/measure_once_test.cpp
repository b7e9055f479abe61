#include "aura/analysis/measure_once.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aura/analysis/judge.h"
#include "aura/analysis/stored.h"
#include "aura/base/error.h"
#include "scratch_folder.h"
#include "wav.h"

namespace aura::analysis {
namespace {

namespace fs = std::filesystem;
using audio::DecodeLimits;
using audio::Decoder;

struct Once : ScratchFolder {
  MeasuredOnce measure(const Spool& file, const DecodeLimits& limits = {}) {
    return measure_once(file, Decoder(), limits, cache);
  }
  std::size_t count() const {
    std::error_code missing;
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path() / "cache", missing), fs::directory_iterator()));
  }

  MeasurementCache cache{path() / "cache", std::uint64_t{256} << 20};
};

Spool spooled(const std::vector<std::uint8_t>& bytes) {
  Spool file;
  file.append(bytes);
  return file;
}

std::vector<std::uint8_t> silence(std::size_t seconds) {
  return audio::wav(audio::WavFormat::kS16, 8000, 1, std::vector<double>(seconds * 8000));
}

std::vector<std::uint8_t> tone() {
  return audio::wav(audio::WavFormat::kS16, 22'050, 1, audio::sine(440, 0.5, 22'050, 44'100));
}

/// The code and the words of the error that `call` throws.
template <typename Call>
std::string error_of(Call&& call) {
  try {
    call();
  } catch (const JobError& error) {
    return error.code() + ": " + error.what() + (error.retryable() ? " (retry)" : "");
  }
  return "";
}

}  // namespace

TEST_CASE_METHOD(Once, "measure once: a hit is what was measured, and decodes nothing") {
  for (const auto* name : {"corner_table.flac", "lake_waltz.wav", "mirror_ball.opus",
                           "night_train.ogg", "northbound.mp3", "slow_harbour.m4a"}) {
    INFO(name);
    const auto file = Spool::open(std::string(AURA_TEST_DATA "/music/") + name, 1 << 30);
    const auto plain = analysis::measure(file, Decoder(), {}).measurements;
    const auto first = measure(file);
    CHECK_FALSE(first.is_hit);
    CHECK_FALSE(first.is_unwritable);
    std::vector<int> steps;
    const auto second =
        measure_once(file, Decoder(), {}, cache, [&](int percent) { steps.push_back(percent); });
    CHECK(second.is_hit);
    CHECK(steps.empty());
    const bool is_same = first.measurements == plain && second.measurements == plain;
    CHECK(is_same);
    CHECK(to_json(judge(second.measurements, {"la"})) == to_json(judge(plain, {"la"})));
  }
  CHECK(count() == 6);
}

TEST_CASE_METHOD(Once, "measure once: warnings about damage are part of what is stored") {
  std::ifstream whole(AURA_TEST_DATA "/music/corner_table.flac", std::ios::binary);
  std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(whole), {}};
  bytes.resize(bytes.size() / 2);
  const auto file = spooled(bytes);
  const auto first = measure(file);
  REQUIRE_FALSE(first.measurements.core.warnings.empty());
  const auto second = measure(file);
  CHECK(second.is_hit);
  CHECK(second.measurements.core.warnings == first.measurements.core.warnings);
}

TEST_CASE_METHOD(Once, "measure once: a hit obeys the limits of today, in the decoder's words") {
  const DecodeLimits minute{.max_duration = std::chrono::minutes(1)};
  const auto too_long = spooled(silence(61));
  CHECK_FALSE(measure(too_long).is_hit);
  const auto refused = error_of([&] { measure(too_long, minute); });
  CHECK(refused == error_of([&] { analysis::measure(too_long, Decoder(), minute); }));
  CHECK(refused.starts_with("audio_too_long: "));
  CHECK(measure(too_long).is_hit);  // it is kept

  const auto at_the_limit = spooled(silence(60));
  CHECK_FALSE(measure(at_the_limit, minute).is_hit);
  CHECK(measure(at_the_limit, minute).is_hit);

  const auto brief = spooled(tone());
  CHECK_FALSE(measure(brief).is_hit);
  const DecodeLimits long_ones{.min_duration = std::chrono::seconds(3)};
  const auto too_short = error_of([&] { measure(brief, long_ones); });
  CHECK(too_short == error_of([&] { analysis::measure(brief, Decoder(), long_ones); }));
  CHECK(too_short.starts_with("audio_too_short: "));
}

TEST_CASE_METHOD(Once, "measure once: errors are not stored") {
  CHECK(error_of([&] { measure(spooled({})); }).starts_with("empty_file: "));
  CHECK(error_of([&] { measure(spooled({'t', 'e', 'x', 't'})); }).starts_with("not_audio: "));
  const auto loud =
      audio::wav(audio::WavFormat::kF32, 22'050, 1, audio::sine(440, 1e4, 22'050, 44'100));
  CHECK(error_of([&] { measure(spooled(loud)); }).starts_with("bad_samples: "));
  CHECK(count() == 0);
}

TEST_CASE_METHOD(Once, "measure once: a part of another version is measured again, and replaced") {
  const auto file = spooled(tone());
  measure(file);
  const auto stored = path() / "cache" / (content_sha256(file) + ".json");
  const auto good = nlohmann::json::parse(std::ifstream(stored));
  for (const auto part : kParts) {
    INFO(name_of(part));
    auto old = good;
    old["parts"][std::string(name_of(part))]["version"] = version_of(part) - 1;
    std::ofstream(stored) << old;
    CHECK_FALSE(measure(file).is_hit);
    CHECK(nlohmann::json::parse(std::ifstream(stored)) == good);
    CHECK(measure(file).is_hit);
  }
}

TEST_CASE_METHOD(Once, "measure once: a file that changes meanwhile is not stored") {
  const auto path = (this->path() / "song.wav").string();
  const auto write = [&](const std::vector<std::uint8_t>& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  };
  write(tone());
  const auto file = Spool::open(path, 1 << 30);
  const auto measured =
      measure_once(file, Decoder(), {}, cache, [&](int /*percent*/) { write(silence(3)); });
  CHECK_FALSE(measured.is_hit);
  CHECK_FALSE(measured.is_unwritable);
  CHECK(count() == 0);
}

TEST_CASE_METHOD(Once,
                 "measure once: samples of another kind neither come from the cache nor go there") {
  const auto file = spooled(tone());
  const DecodeLimits one_channel{.first_channel_alone = true};
  CHECK_FALSE(measure(file, one_channel).is_hit);
  CHECK(count() == 0);
  measure(file);
  CHECK_FALSE(measure(file, one_channel).is_hit);
}

}  // namespace aura::analysis
