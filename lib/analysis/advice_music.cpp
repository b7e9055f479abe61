#include <algorithm>
#include <cmath>

#include "advice_rules.h"
#include "advice_text.h"
#include "aura/base/text.h"

namespace aura::analysis {
namespace {

using Value = std::optional<double>;

/// AURA's tempo, or librosa's if there is none.
Value tempo_bpm(const Report& report) {
  const double own = report.measured.rhythm.bpm;
  const double bpm = own > 0 ? own : report.measured.core.features.tempo_bpm;
  return bpm > 0 ? Value(bpm) : Value();
}

const char* whose_tempo(const Report& report) {
  return report.measured.rhythm.bpm > 0 ? "" : " (librosa's tempo)";
}

/// Nothing without a pulse: music need not have one.
Value tempo_confidence(const Report& report) {
  constexpr double kNoPulse = 0.005;
  const auto& rhythm = report.measured.rhythm;
  return rhythm.bpm > 0 && rhythm.confidence > kNoPulse ? Value(rhythm.confidence) : Value();
}

Value key_confidence(const Report& report) {
  const auto& tonal = report.measured.tonal;
  return tonal.key.empty() ? Value() : Value(tonal.confidence);
}

/// Half and double the tempo may be one and the same groove.
Value reference_tempo(const Report& report) {
  constexpr double kMostPercent = 35;
  if (!report.reference || !report.reference->tempo_percent) return {};
  const double percent = *report.reference->tempo_percent;
  return std::abs(percent) <= kMostPercent ? Value(percent) : Value();
}

Value reference_loudness(const Report& report) {
  return report.reference ? report.reference->loudness_lu : Value();
}

/// The octave that differs most, of those that are heard in either track.
const Reference::Octave* farthest_octave(const Report& report) {
  constexpr double kHeardDb = -30;
  if (!report.reference) return nullptr;
  const auto& octaves = report.reference->spectrum;
  const Reference::Octave* farthest = nullptr;
  for (std::size_t i = 0; i < std::min(octaves.size(), kOctaves); ++i) {
    const double own_db = report.measured.spectrum.octaves_db.at(i);
    const auto& octave = octaves[i];
    if (std::max(own_db, own_db - octave.difference_db) < kHeardDb) continue;
    if (farthest == nullptr || std::abs(octave.difference_db) > std::abs(farthest->difference_db))
      farthest = &octave;
  }
  return farthest;
}

Value reference_octave(const Report& report) {
  const auto* octave = farthest_octave(report);
  return octave != nullptr ? Value(octave->difference_db) : Value();
}

const SimilarHit* nearest_hit(const Report& report) {
  const auto& hits = report.similar_hits;
  const auto found = std::max_element(hits.begin(), hits.end(), [](const auto& a, const auto& b) {
    return a.similarity < b.similarity;
  });
  return found == hits.end() ? nullptr : &*found;
}

Value nearest_similarity(const Report& report) {
  const auto* hit = nearest_hit(report);
  return hit != nullptr ? Value(hit->similarity) : Value();
}

const char* more_or_less(double difference) {
  return difference > 0 ? "more" : "less";
}

// clang-format off
constexpr AdviceRule kRules[] = {
  {"audio_score", "production", "high", "scores.audio", Side::kBelow, 70, "points", true,
   [](const Report& report) { return Value(report.scores.audio); },
   [](const Report& /*report*/, double /*points*/) {
     return std::string("Work on the production before release: levels, balance and arrangement hold "
                        "the track back.");
   }},
  {"campaign", "marketing", "high", "hit_factor", Side::kAtLeast, 75, "points", true,
   [](const Report& report) { return Value(report.scores.hit_factor); },
   [](const Report& /*report*/, double /*points*/) {
     return std::string("Strong overall: plan a release campaign and pitch it to playlists.");
   }},
  {"tempo_slow", "arrangement", "medium", "rhythm.bpm", Side::kBelow, 80, "BPM", true, tempo_bpm,
   [](const Report& report, double bpm) {
     return advice("At %.0f BPM%s the track is slow for its market: try a faster version, or more "
                   "movement in the drums.", bpm, whose_tempo(report));
   }},
  {"lyrics_short", "lyrics", "medium", "scores.lyrics", Side::kBelow, 60, "points", true,
   [](const Report& report) {
     return report.lyrics_words > 0 ? Value(report.scores.lyrics) : Value();
   },
   [](const Report& /*report*/, double /*points*/) {
     return std::string("Develop the lyrics: a clear story and a hook that comes back make the song "
                        "easier to remember.");
   }},
  {"intro_long", "arrangement", "medium", "intro_s", Side::kAbove, 30, "s", false,
   [](const Report& report) { return Value(report.measured.structure.intro_s); },
   [](const Report& /*report*/, double seconds) {
     return advice("The intro takes %.0f s; streaming services count a play after 30 s. Shorten it for "
                   "a single, or bring the hook earlier.", seconds);
   }},
  {"reference_loudness", "mastering", "medium", "reference.loudness.difference", Side::kFarther, 3,
   "LU", false, reference_loudness, [](const Report& /*report*/, double lu) {
     return advice("The track is %.1f LU %s than the reference. Set both to one level before you "
                   "compare them, then %s the master.", std::abs(lu), lu > 0 ? "louder" : "quieter",
                   lu > 0 ? "ease" : "raise");
   }},
  {"reference_spectrum", "mixing", "medium", "reference.spectrum.difference_db", Side::kFarther, 6, "dB",
   false, reference_octave, [](const Report& report, double db) {
     return advice("Around %.0f Hz the track has %.1f dB %s than the reference. Compare both there with "
                   "an equaliser.", farthest_octave(report)->centre_hz, std::abs(db),
                   more_or_less(db));
   }},
  {"tempo_fast", "arrangement", "low", "rhythm.bpm", Side::kAbove, 140, "BPM", true, tempo_bpm,
   [](const Report& report, double bpm) {
     return advice("At %.0f BPM%s the track is fast: leave room, so that the melody can be followed.",
                   bpm, whose_tempo(report));
   }},
  {"reference_tempo", "arrangement", "low", "reference.tempo.difference_percent", Side::kFarther, 8,
   "%", false, reference_tempo, [](const Report& report, double percent) {
     return advice("The track is %.0f %% %s than the reference (%.1f BPM). Try that tempo.",
                   std::abs(percent), percent > 0 ? "faster" : "slower",
                   report.reference->tempo_bpm.value_or(0));
   }},
  {"tempo_uncertain", "production", "low", "rhythm.confidence", Side::kBelow, 0.2, "", false,
   tempo_confidence, [](const Report& report, double confidence) {
     return advice("The tempo of %.1f BPM is only %.0f %% sure. Check it, and write the right tempo "
                   "into the tags before you send the track to DJs.", report.measured.rhythm.bpm,
                   100 * confidence);
   }},
  {"key_uncertain", "production", "low", "tonal.confidence", Side::kBelow, 0.15, "", false,
   key_confidence, [](const Report& report, double confidence) {
     const auto& tonal = report.measured.tonal;
     return advice("The key %.20s %.20s is only %.0f %% sure; %.20s %.20s is next. Check it, and "
                   "write the right key into the tags.", tonal.key.c_str(), tonal.scale.c_str(),
                   100 * confidence, tonal.second.key.c_str(), tonal.second.scale.c_str());
   }},
  {"similar_hit", "marketing", "low", "similar_hits.similarity", Side::kAtLeast, 0.9, "", false,
   nearest_similarity, [](const Report& report, double similarity) {
     const auto* hit = nearest_hit(report);
     constexpr std::size_t kMostBytes = 100;
     return "The track sounds like “" + one_line(hit->song, kMostBytes) + "” by " +
            one_line(hit->artist, kMostBytes) +
            advice(" (similarity %.2f). Pitch it to playlists and listeners of that song.",
                   similarity);
   }},
};
// clang-format on

}  // namespace

std::span<const AdviceRule> music_rules() noexcept {
  return kRules;
}

}  // namespace aura::analysis
