#include "aura/analysis/recommendations.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "advice_rules.h"

namespace aura::analysis {
namespace {

constexpr Scores kStrong{.hit_factor = 75, .audio = 95, .lyrics = 90, .brand = 75, .market = 70};
constexpr Scores kWeak{.hit_factor = 60, .audio = 69, .lyrics = 59, .brand = 75, .market = 70};
constexpr Scores kPlain{.hit_factor = 70, .audio = 95, .lyrics = 90, .brand = 75, .market = 70};

/// A track that sounds, with these tempi, `librosa_bpm` being librosa's.
Report track(double bpm, const Scores& scores, std::size_t lyrics_words = 1,
             double librosa_bpm = 120) {
  Report report;
  auto& core = report.measured.core;
  core.features.tempo_bpm = librosa_bpm;
  core.features.rms_mean = 0.1;
  core.duration_s = 180;
  report.measured.rhythm.bpm = bpm;
  report.measured.rhythm.confidence = 0.9;
  report.scores = scores;
  report.lyrics_words = lyrics_words;
  return report;
}

bool has(const Report& report, std::string_view type, std::string_view priority) {
  const auto advice = recommend(report);
  return std::any_of(advice.begin(), advice.end(),
                     [&](const auto& a) { return a.type == type && a.priority == priority; });
}

std::vector<std::string> ids_of(const Report& report) {
  std::vector<std::string> ids;
  for (const auto& advice : recommend(report)) ids.emplace_back(advice.id);
  return ids;
}

bool names(const Report& report, std::string_view id) {
  const auto ids = ids_of(report);
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

const AdviceRule& rule(std::string_view id) {
  const auto rules = advice_rules();
  return *std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.id == id; });
}

/// Many faults at a time.
Report wrecked() {
  auto report = track(150, kWeak);
  report.measured.core.loudness = {-6, 25, 2};
  report.measured.rhythm.confidence = 0.1;
  report.measured.structure.intro_s = 40;
  report.measured.tonal = {"C", "major", 0.1, {"A", "minor", 0.09}, 440};
  auto& source = report.measured.source;
  source = {.codec = "pcm_u8",
            .is_lossless = true,
            .sample_rate_hz = 22'050,
            .channels = 2,
            .bits_per_sample = 8,
            .start_silence_s = 5,
            .end_silence_s = 20,
            .dc_offset = 0.1,
            .clipped_runs = 1000,
            .balance_db = 10,
            .correlation = -0.9,
            .width_db = 20};
  return report;
}

}  // namespace

TEST_CASE("recommendations: weak audio and lyrics draw advice, a strong track a campaign") {
  const auto weak = track(120, kWeak);
  CHECK(has(weak, "production", "high"));
  CHECK(has(weak, "lyrics", "medium"));
  CHECK(!has(weak, "marketing", "high"));
  CHECK(ids_of(track(120, kStrong)) == std::vector<std::string>{"campaign"});
}

TEST_CASE("recommendations: without lyrics there is no advice on lyrics") {
  CHECK(!has(track(120, kWeak, 0), "lyrics", "medium"));
}

TEST_CASE("recommendations: slow and fast tracks are told so, one without a beat is not") {
  // Whatever librosa's tempo is.
  for (const double librosa_bpm : {0.0, 60.0, 120.0, 180.0}) {
    CHECK(has(track(79.9, kStrong, 1, librosa_bpm), "arrangement", "medium"));
    CHECK(recommend(track(80, kStrong, 1, librosa_bpm)).size() == 1);
    CHECK(recommend(track(140, kStrong, 1, librosa_bpm)).size() == 1);
    CHECK(has(track(140.1, kStrong, 1, librosa_bpm), "arrangement", "low"));
  }
  CHECK(recommend(track(0, kStrong, 1, 0)).size() == 1);
}

TEST_CASE("recommendations: librosa's tempo counts where there is no other, under its name") {
  const auto slow = recommend(track(0, kStrong, 1, 79.9));
  CHECK(slow.back().id == "tempo_slow");
  CHECK(slow.back().note.find("80 BPM (librosa's tempo)") != std::string::npos);
  CHECK(has(track(0, kStrong, 1, 140.1), "arrangement", "low"));
  CHECK(recommend(track(79.9, kStrong)).back().note.find("librosa") == std::string::npos);
}

TEST_CASE("recommendations: each rests on its value and limit") {
  auto report = track(120, kPlain);
  report.measured.core.loudness = {-8, 6, 1.8};
  const auto advice = recommend(report);
  REQUIRE(advice.size() == 2);  // the peak is 9.8 LU above the loudness: not flattened
  CHECK(advice[0].id == "true_peak_over");
  CHECK(advice[0].priority == "high");
  CHECK(advice[0].evidence.what == "loudness.true_peak");
  CHECK(advice[0].evidence.value == 1.8);
  CHECK(advice[0].evidence.limit == 0);
  CHECK(advice[0].evidence.unit == "dBTP");
  CHECK(advice[0].note.find("+1.8 dBTP") != std::string::npos);
  CHECK(advice[1].id == "loudness_high");
  CHECK(advice[1].evidence.value == -8);
  CHECK(advice[1].note.find("turn it down by 6.0 dB") != std::string::npos);
}

TEST_CASE("recommendations: a quiet track is told so only if its peaks let it be louder") {
  auto report = track(120, kPlain);
  report.measured.core.loudness = {-23, 8, -12};
  CHECK(names(report, "loudness_low"));
  CHECK(recommend(report)[0].note.find("by 9.0 dB") != std::string::npos);
  report.measured.core.loudness = {-23, 8, -2};
  CHECK(ids_of(report).empty());
}

TEST_CASE("recommendations: at most eight, the most important first, none of the contract's lost") {
  const auto report = wrecked();
  const auto advice = recommend(report);
  CHECK(advice.size() == kMostAdvice);
  for (const auto* id : {"audio_score", "lyrics_short", "tempo_fast"}) CHECK(names(report, id));
  for (const auto* id : {"true_peak_over", "clipping", "inverted"}) CHECK(names(report, id));
  const std::map<std::string_view, int> ranks{{"high", 0}, {"medium", 1}, {"low", 2}};
  CHECK(std::is_sorted(advice.begin(), advice.end(), [&](const auto& a, const auto& b) {
    return ranks.at(a.priority) < ranks.at(b.priority);
  }));
  std::set<std::string_view> ids;
  for (const auto& piece : advice) ids.insert(piece.id);
  CHECK(ids.size() == advice.size());
}

TEST_CASE("recommendations: silence gets no advice on its sound") {
  auto report = wrecked();
  report.measured.core.features.rms_mean = 0;
  report.measured.core.loudness = {};
  for (const auto& id : ids_of(report)) CHECK(rule(id).is_kept);
}

TEST_CASE("recommendations: doubts about tempo and key name what was found") {
  auto report = track(93, kPlain);
  report.measured.rhythm.confidence = 0.1;
  report.measured.tonal = {"C", "major", 0.12, {"A", "minor", 0.11}, 440};
  CHECK(ids_of(report) == std::vector<std::string>{"tempo_uncertain", "key_uncertain"});
  const auto advice = recommend(report);
  report.measured.rhythm.confidence = 0;  // no pulse
  CHECK(ids_of(report) == std::vector<std::string>{"key_uncertain"});
  CHECK(advice[0].note.find("93.0 BPM is only 10 % sure") != std::string::npos);
  CHECK(advice[1].note.find("C major is only 12 % sure; A minor is next") != std::string::npos);
}

TEST_CASE("recommendations: a long intro, and a hit that is near, are named") {
  auto report = track(120, kPlain);
  report.measured.structure.intro_s = 45;
  CHECK(ids_of(report) == std::vector<std::string>{"intro_long"});
  report.measured.structure.intro_s = 0;
  report.similar_hits = {{.song = "Far", .artist = "X", .similarity = 0.7}};
  CHECK(ids_of(report).empty());
  report.similar_hits.push_back({.song = "Near\x1b[2J", .artist = "Y\nZ", .similarity = 0.95});
  CHECK(ids_of(report) == std::vector<std::string>{"similar_hit"});
  const auto note = recommend(report)[0].note;
  CHECK(note.find("“Near [2J” by Y Z") != std::string::npos);
}

TEST_CASE("recommendations: types and priorities are those that the front end knows") {
  const std::set<std::string_view> types{"production", "mixing", "mastering", "arrangement",
                                         "lyrics",     "vocals", "marketing", "branding"};
  std::set<std::string_view> ids;
  for (const auto& each : advice_rules()) {
    CAPTURE(each.id);
    CHECK(types.contains(each.type));
    CHECK((each.priority == "low" || each.priority == "medium" || each.priority == "high"));
    CHECK(ids.insert(each.id).second);
  }
  // What the contract demands at least.
  CHECK(rule("audio_score").limit == 70);
  CHECK(rule("tempo_slow").limit == 80);
  CHECK(rule("tempo_fast").limit == 140);
  CHECK(rule("lyrics_short").limit == 60);
  CHECK(rule("campaign").limit == 75);
  CHECK(std::count_if(advice_rules().begin(), advice_rules().end(),
                      [](const auto& each) { return each.is_kept; }) == 5);
}

TEST_CASE("recommendations: the table in the docs is that of the code") {
  std::ifstream docs(AURA_TEST_DATA "/../../lib/analysis/ADVICE.md");
  REQUIRE(docs);
  std::vector<std::string> told;
  for (std::string line; std::getline(docs, line);) {
    if (line.starts_with("## ")) break;  // of the values
    if (!line.starts_with("| `")) continue;
    // All columns but the last, the source, which is never empty.
    const auto source = line.rfind("| ", line.size() - 3);
    CAPTURE(line);
    CHECK(line.size() > source + 5);
    told.push_back(line.substr(0, source + 1));
  }
  std::vector<std::string> known;
  for (const auto& each : advice_rules()) {
    const std::map<Side, std::string> sides{{Side::kAbove, "above"},
                                            {Side::kAtLeast, "at least"},
                                            {Side::kBelow, "below"},
                                            {Side::kFarther, "beyond ±"}};
    std::ostringstream row;
    row << "| `" << each.id << "` | " << each.type << " | " << each.priority << " | `" << each.what
        << "` | " << sides.at(each.side) << (each.side == Side::kFarther ? "" : " ") << each.limit
        << (each.unit.empty() ? "" : " ") << each.unit << " |";
    known.push_back(row.str());
  }
  CHECK(told == known);
}

}  // namespace aura::analysis
