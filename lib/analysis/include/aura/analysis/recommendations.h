#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aura::analysis {

struct Report;

/// No track gets more advice, except for what the contract with the front end demands.
inline constexpr std::size_t kMostAdvice = 8;

/// The measured value that advice rests on.
struct Evidence {
  std::string_view what;  ///< its place in the report, such as "loudness.true_peak"
  double value = 0;
  double limit = 0;  ///< what the value is compared with
  std::string_view unit;
};

/// A piece of advice: what happened, then what to do.
struct Recommendation {
  /// production, mixing, mastering, arrangement, lyrics, vocals, marketing or branding
  std::string_view type;
  std::string note;
  std::string_view priority;  ///< low, medium or high
  std::string_view id{};      ///< of the rule; never changes
  Evidence evidence{};
};

/// Returns the advice that follows from `report`, most important first: from its measurements,
/// scores, lyrics, reference and similar hits, if it has these. ADVICE.md lists all rules. Advice
/// on the tempo follows `rhythm.bpm`, or librosa's tempo if `rhythm.bpm` is 0. Silence gets only
/// advice on scores and lyrics. Thread-safe.
std::vector<Recommendation> recommend(const Report& report);

}  // namespace aura::analysis
