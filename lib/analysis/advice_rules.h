#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "aura/analysis/report.h"

namespace aura::analysis {

/// How a value must lie beside the limit of a rule for its advice to be given.
enum class Side {
  kAbove,
  kAtLeast,
  kBelow,
  kFarther,  ///< its magnitude is above the limit
};

/// A rule for advice. ADVICE.md has a table of all rules; a test compares both.
struct AdviceRule {
  std::string_view id;  ///< never changes
  std::string_view type;
  std::string_view priority;
  std::string_view what;  ///< the value, by its place in the report if it has one
  Side side;
  double limit;
  std::string_view unit;
  bool is_kept;  ///< part of the contract: never left out for more pressing advice
  /// Returns the value; nothing if the track lacks it, or if another rule says it better.
  std::optional<double> (*value)(const Report& report);
  /// Returns what happened and what to do.
  std::string (*note)(const Report& report, double value);
};

// All functions here are thread-safe.

/// Returns all rules; within a priority the most important first.
std::span<const AdviceRule> advice_rules();

/// Returns whether `value` calls for the advice of `rule`.
bool applies(const AdviceRule& rule, double value) noexcept;

/// Returns the rules for the sound of the file, its format and its channels.
std::span<const AdviceRule> sound_rules() noexcept;
/// Returns the rules for the music, the lyrics, the reference and the hits.
std::span<const AdviceRule> music_rules() noexcept;

}  // namespace aura::analysis
