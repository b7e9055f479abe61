#include "aura/analysis/tags.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "any_measurements.h"
#include "aura/analysis/judge.h"
#include "aura/analysis/measure_once.h"
#include "aura/base/error.h"
#include "aura/models/known_models.h"
#include "aura/models/model_file.h"
#include "aura/models/tag_list.h"
#include "find_tags.h"
#include "made_tagger.h"
#include "scratch_folder.h"
#include "wav.h"

namespace aura::analysis {
namespace {

using Json = nlohmann::json;
using audio::Decoder;
using models::Tagger;
using models::TrackTagger;

constexpr int kRateHz = 22'050;

Spool track(const char* name = "northbound.mp3") {
  return Spool::open(std::string(AURA_TEST_DATA "/music/") + name, 1 << 30);
}

std::vector<float> samples_of(const Spool& file) {
  std::vector<float> samples;
  Decoder().decode(file, {}, [&](std::span<const float> block) {
    samples.insert(samples.end(), block.begin(), block.end());
  });
  return samples;
}

/// What the tagger says of these samples.
Tags tags_of(std::span<const float> samples, const NamedTagger& tagger = any_tagger()) {
  TrackTagger heard(tagger.tagger, kRateHz, tagger.tagging.patches);
  heard.push(samples);
  return to_tags(tagger.tagging, heard.finish());
}

KnownParts wanting(const NamedTagger& tagger, KnownParts known = {}) {
  known.tagger = &tagger;
  return known;
}

Measurements measured(const KnownParts& known, const Spool& file) {
  return measure_missing(known, file, Decoder(), {}).measurements;
}

Json report_of(const Measurements& measured) {
  return Json::parse(to_json(judge(measured, {})));
}

/// A report of a track in which the networks have heard these tags, by their place in tag_uses().
Report report_with(const std::vector<std::pair<std::size_t, float>>& scores) {
  Report report;
  auto& tags = report.measured.tags.emplace();
  tags.tagging.model = "musicnn 0123";
  tags.patches = 2;
  tags.taggram.starts_s = {0, 2.992};
  tags.taggram.scores.assign(2 * Tagger::kTags, 0);
  for (const auto& [place, score] : scores) {
    tags.scores.at(place) = score;
    tags.taggram.scores.at(place) = 255;
  }
  return report;
}

/// The place of the tag in the scores; `half` is 0 for MSD and 1 for MTT.
std::size_t place_of(std::size_t half, std::string_view tag) {
  const auto uses = models::tag_uses().subspan(half * Tagger::kTags / 2, Tagger::kTags / 2);
  const auto found =
      std::find_if(uses.begin(), uses.end(), [&](const auto& use) { return use.tag == tag; });
  REQUIRE(found != uses.end());
  return half * Tagger::kTags / 2 + static_cast<std::size_t>(found - uses.begin());
}

}  // namespace

TEST_CASE(
    "tags: are what the tagger says of the samples, and leave all other numbers as they are") {
  const auto file = track();
  const auto plain = measure(file, Decoder(), {}).measurements;
  CHECK_FALSE(plain.tags);
  auto tagged = measured(wanting(any_tagger()), file);
  REQUIRE(tagged.tags);
  CHECK(tagged.tags->patches > 1);
  CHECK((*tagged.tags == tags_of(samples_of(file))));  // not to be printed

  auto report = report_of(tagged);
  CHECK(report["tags"]["model"] == "made up");
  CHECK(report["tags"]["patches"] == tagged.tags->patches);
  CHECK(report["analysis"]["parts"]["tags"] == version_of(Part::kTags));
  report.erase("tags");
  report.erase("vocals");
  report["analysis"]["parts"].erase("tags");
  CHECK(report == report_of(plain));
  tagged.tags.reset();
  const bool is_same = tagged == plain;
  CHECK(is_same);
}

TEST_CASE("tags: those of the first channel where the channels cancel out") {
  const auto samples = samples_of(track());
  std::vector<double> opposite;
  for (const float sample : samples) opposite.insert(opposite.end(), {sample, -double{sample}});
  Spool file;
  file.append(audio::wav(audio::WavFormat::kF32, kRateHz, 2, opposite));
  CHECK((*measured(wanting(any_tagger()), file).tags == tags_of(samples)));
}

TEST_CASE("tags: silence has none, and is not heard again") {
  Spool file;
  file.append(audio::wav(audio::WavFormat::kS16, kRateHz, 1, std::vector<double>(4 * kRateHz)));
  const auto silent = measured(wanting(any_tagger()), file);
  REQUIRE(silent.tags);
  CHECK(silent.tags->patches == 0);
  CHECK(std::ranges::all_of(silent.tags->scores, [](float score) { return score == 0; }));
  const auto report = report_of(silent);
  CHECK_FALSE(report.contains("tags"));
  CHECK_FALSE(report.contains("vocals"));
  CHECK_FALSE(report["analysis"]["parts"].contains("tags"));
  CHECK(to_text(judge(silent, {}), "T").find("Genre") == std::string::npos);
  auto known = wanting(any_tagger(), known_of(silent));
  CHECK_FALSE(is_complete(known));
  known.tags = silent.tags;
  CHECK(is_complete(known));
}

TEST_CASE("tags: known ones are kept, those of another model or number of patches are not") {
  const auto file = track();
  auto known = wanting(any_tagger(), known_of(measure(file, Decoder(), {}).measurements));
  known.tags.emplace().tagging = any_tagger().tagging;
  known.tags->patches = 77;
  CHECK(is_complete(known));
  CHECK(measured(known, file).tags->patches == 77);
  for (const Tagging& tagging : {Tagging{"another", 8}, Tagging{any_tagger().tagging.model, 2},
                                 Tagging{"made up", TrackTagger::kEveryPatch}}) {
    CAPTURE(tagging.model, tagging.patches);
    const NamedTagger other{tagging, test::made_tagger()};
    known.tagger = &other;
    CHECK_FALSE(is_complete(known));
    CHECK((*measured(known, file).tags == tags_of(samples_of(file), other)));
  }
  // Without a tagger stored tags are left out, as if there were none.
  known.tagger = nullptr;
  CHECK(is_complete(known));
  CHECK_FALSE(measured(known, file).tags);
}

TEST_CASE("tags: a folder of measurements keeps them for the same tagging") {
  const ScratchFolder folder;
  MeasurementCache cache(folder.path() / "cache", std::uint64_t{1} << 24);
  const NamedTagger two{{"made up", 2}, test::made_tagger()};
  const auto file = track();
  const auto once = [&](const NamedTagger* tagger) {
    return measure_once(file, Decoder(), {}, &cache, {}, {}, false, tagger);
  };
  CHECK_FALSE(once(&any_tagger()).is_hit);
  const auto hit = once(&any_tagger());
  CHECK(hit.is_hit);
  CHECK((*hit.measurements.tags == tags_of(samples_of(file))));
  CHECK(once(nullptr).is_hit);
  CHECK_FALSE(once(nullptr).measurements.tags);
  CHECK_FALSE(once(&two).is_hit);
  CHECK(once(&two).measurements.tags->patches == 2);
}

TEST_CASE("tags: a stop ends the work of the networks") {
  const auto file = track();
  const auto known = wanting(any_tagger(), known_of(measure(file, Decoder(), {}).measurements));
  std::stop_source stop;
  // All samples are decoded: only the networks are left.
  CHECK_THROWS_AS(measure_missing(
                      known, file, Decoder(), {}, [&](int /*percent*/) { stop.request_stop(); },
                      stop.get_token()),
                  Stopped);
}

TEST_CASE("tags: samples of another kind have none") {
  const auto file = track();
  CHECK_FALSE(measure_missing(wanting(any_tagger()), file, Decoder(), {.first_channel_alone = true})
                  .measurements.tags);
}

TEST_CASE("tags: the time of the networks is part of the time of measuring") {
  const auto file = track();
  CHECK(measure(file, Decoder(), {}).times.tagging.count() == 0);
  const auto times = measure_missing(wanting(any_tagger()), file, Decoder(), {}).times;
  CHECK(times.tagging.count() > 0);
  CHECK(times.tagging < times.features);
}

TEST_CASE("tags: a report has the best of each group, and over time") {
  const auto report = report_with({{place_of(0, "rock"), 0.5F},
                                   {place_of(1, "rock"), 0.25F},
                                   {place_of(0, "happy"), 0.1604F},
                                   {place_of(1, "guitar"), 0.3F},
                                   {place_of(0, "beautiful"), 0.9F},
                                   {place_of(1, "vocals"), 0.2F},
                                   {place_of(1, "female"), 0.4F}});
  const auto json = Json::parse(to_json(report));
  CHECK(json["tags"] == Json::parse(R"({
          "genre": [{"name": "rock", "score": 0.5, "over_time": [1.0, 0.0]}],
          "mood": [{"name": "happy", "score": 0.16, "over_time": [1.0, 0.0]}],
          "instruments": [{"name": "guitar", "score": 0.3, "over_time": [1.0, 0.0]}],
          "era": [], "starts": [0.0, 3.0], "model": "musicnn 0123", "patches": 2,
          "unclear": false})"));
  CHECK(json["vocals"] == Json::parse(R"({"present": true, "score": 0.4, "voice": "female"})"));
  const auto text = to_text(report, "T");
  CAPTURE(text);
  CHECK(text.find("  Genre             rock (0.50)\n") != std::string::npos);
  CHECK(text.find("  Mood              happy (0.16)\n") != std::string::npos);
  CHECK(text.find("  Instruments       guitar (0.30)\n") != std::string::npos);
  CHECK(text.find("  Voice             female voice (0.40)\n") != std::string::npos);
  CHECK(text.find("hints by musicnn 0123, from 2 patches") != std::string::npos);
}

TEST_CASE("tags: a report says what is unclear") {
  const auto report = report_with({{place_of(0, "rock"), 0.149F}, {place_of(1, "man"), 0.14F}});
  const auto json = Json::parse(to_json(report));
  for (const auto* group : {"genre", "mood", "instruments", "era"})
    CHECK(json["tags"][group] == Json::array());
  CHECK(json["tags"]["unclear"] == true);
  CHECK(json["vocals"] == Json::parse(R"({"present": false, "score": 0.14, "voice": null})"));
  const auto text = to_text(report, "T");
  CHECK(text.find("  Genre             unclear\n") != std::string::npos);
  CHECK(text.find("  Voice             none heard (0.14)\n") != std::string::npos);
}

TEST_CASE("tags: patches that follow each other share a column if there are too many") {
  models::TrackTags found;
  for (int i = 0; i < 160; ++i) {
    auto& patch = found.patches.emplace_back();
    patch.start_s = i;
    patch.scores.fill(i % 2 == 0 ? 1 : 0);
  }
  const auto taggram = to_tags({}, found).taggram;
  REQUIRE(taggram.starts_s.size() == Taggram::kMostColumns);
  REQUIRE(taggram.scores.size() == Taggram::kMostColumns * Tagger::kTags);
  CHECK(taggram.starts_s[0] == 0);
  CHECK(taggram.starts_s[1] == 2);
  CHECK(taggram.starts_s[2] == 5);
  CHECK(taggram.scores[0] == 128);                  // of patches 0 and 1
  CHECK(taggram.scores[Tagger::kTags] == 170);      // 2, 3 and 4
  CHECK(taggram.scores[2 * Tagger::kTags] == 128);  // 5 and 6
}

}  // namespace aura::analysis
