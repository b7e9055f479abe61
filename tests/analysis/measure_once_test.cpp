#include "aura/analysis/measure_once.h"

#include <algorithm>
#include <bit>
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

/// All but tags, which need a tagger.
constexpr std::size_t kUsualParts = kParts.size() - 1;

struct Once : ScratchFolder {
  MeasuredOnce measure(const Spool& file, const DecodeLimits& limits = {}) {
    return measure_once(file, Decoder(), limits, &cache);
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
        measure_once(file, Decoder(), {}, &cache, [&](int percent) { steps.push_back(percent); });
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
  CHECK(good["parts"].size() == kParts.size() - 2);
  for (const auto part : kParts) {
    if (part == Part::kFingerprint || part == Part::kTags) continue;  // nobody needs them
    INFO(name_of(part));
    auto old = good;
    old["parts"][std::string(name_of(part))]["version"] = version_of(part) - 1;
    std::ofstream(stored) << old;
    CHECK_FALSE(measure(file).is_hit);
    CHECK(nlohmann::json::parse(std::ifstream(stored)) == good);
    CHECK(measure(file).is_hit);
  }
}

TEST_CASE_METHOD(Once, "measure once: parts that are known are kept, the others measured") {
  const auto whole = spooled([] {  // six seconds of it: it is measured 512 times
    std::ifstream file(AURA_TEST_DATA "/music/lake_waltz.wav", std::ios::binary);
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    bytes.resize(std::size_t{6} * 44'100);
    return bytes;
  }());
  const auto opposite = spooled(audio::wav(audio::WavFormat::kS16, 22'050, 2, [] {
    std::vector<double> samples;
    for (const double value : audio::sine(440, 0.5, 22'050, 44'100))
      samples.insert(samples.end(), {value, -value});
    return samples;
  }()));
  for (const auto* file : {&whole, &opposite}) {
    const auto all = measure_missing(wanting_fingerprint(), *file, Decoder(), {}).measurements;
    CHECK((file == &opposite || !all.fingerprint.items.empty()));
    auto marked = all;  // values that no measurement gives
    marked.core.danceability = 2.5;
    marked.rhythm.onsets_per_s = 77;
    marked.tonal.confidence = 0.125;
    marked.structure.sections = {{1, 2, "Z"}};
    marked.pictures.low = {5};
    marked.timbre.values[0] = 5;
    marked.spectrum.octaves_db[0] = -5;
    marked.source.clipped_runs = 77;
    marked.fingerprint.items = {7};
    // Each set of parts on the short file; on the track each part alone, each missing, all and
    // none.
    for (unsigned set = 0; set < 1U << kUsualParts; ++set) {
      const auto parts = static_cast<unsigned>(std::popcount(set));
      if (file == &whole && parts > 1 && parts + 1 < kUsualParts) continue;
      auto known = wanting_fingerprint();
      auto wanted = all;
      const auto keep = [&](Part part, auto& known_part, const auto& value, auto& in_wanted) {
        if ((set >> static_cast<unsigned>(part) & 1U) == 0) return;
        known_part = value;
        in_wanted = value;
      };
      keep(Part::kCore, known.core, marked.core, wanted.core);
      keep(Part::kRhythm, known.rhythm, marked.rhythm, wanted.rhythm);
      keep(Part::kTonal, known.tonal, marked.tonal, wanted.tonal);
      keep(Part::kStructure, known.structure, marked.structure, wanted.structure);
      keep(Part::kPictures, known.pictures, marked.pictures, wanted.pictures);
      keep(Part::kTimbre, known.timbre, marked.timbre, wanted.timbre);
      keep(Part::kSpectrum, known.spectrum, marked.spectrum, wanted.spectrum);
      keep(Part::kSource, known.source, marked.source, wanted.source);
      keep(Part::kFingerprint, known.fingerprint, marked.fingerprint, wanted.fingerprint);
      INFO("known: " << set);
      const auto found = measure_missing(known, *file, Decoder(), {}).measurements;
      const bool is_same = found == wanted;  // not to be printed
      CHECK(is_same);
    }
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
      measure_once(file, Decoder(), {}, &cache, [&](int /*percent*/) { write(silence(3)); });
  CHECK_FALSE(measured.is_hit);
  CHECK_FALSE(measured.is_unwritable);
  CHECK(count() == 0);
}

TEST_CASE_METHOD(Once, "measure once: needs no cache, and tells which content was measured") {
  const auto file = spooled(tone());
  const auto alone = measure_once(file, Decoder(), {}, nullptr);
  CHECK(alone.content == content_hash(file));
  CHECK_FALSE(alone.is_hit);
  CHECK(count() == 0);
  const auto stored = measure(file);
  CHECK(stored.content == alone.content);
  CHECK((stored.measurements == alone.measurements));  // not to be printed
}

TEST_CASE_METHOD(Once, "measure once: measures a fingerprint where it is wanted, and stores it") {
  const auto file = spooled(
      audio::wav(audio::WavFormat::kS16, 22'050, 1, audio::sine(440, 0.5, 22'050, 12 * 22'050)));
  const auto with_fingerprint = [&] {
    return measure_once(file, Decoder(), {}, &cache, {}, {}, true);
  };
  CHECK(measure(file).measurements.fingerprint.items.empty());
  const auto measured = with_fingerprint();
  CHECK_FALSE(measured.is_hit);
  CHECK_FALSE(measured.measurements.fingerprint.items.empty());
  const auto again = with_fingerprint();
  CHECK(again.is_hit);
  CHECK((again.measurements == measured.measurements));
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
