#include "aura/analysis/recommendations.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "advice_rules.h"
#include "aura/analysis/measure.h"

namespace aura::analysis {
namespace {

std::size_t rank(std::string_view priority) noexcept {
  constexpr std::array<std::string_view, 3> kPriorities{"high", "medium", "low"};
  return static_cast<std::size_t>(std::find(kPriorities.begin(), kPriorities.end(), priority) -
                                  kPriorities.begin());
}

/// Leaves out the least important advice that the contract allows.
void shorten(std::vector<Recommendation>& advice) {
  const auto is_kept = [rules = advice_rules()](const Recommendation& piece) {
    return std::any_of(rules.begin(), rules.end(),
                       [&](const AdviceRule& rule) { return rule.id == piece.id && rule.is_kept; });
  };
  for (auto i = advice.size(); i-- > 0 && advice.size() > kMostAdvice;) {
    if (!is_kept(advice[i])) advice.erase(advice.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace

std::span<const AdviceRule> advice_rules() {
  static const auto rules = [] {
    const auto sound = sound_rules(), music = music_rules();
    std::vector<AdviceRule> all(sound.begin(), sound.end());
    all.insert(all.end(), music.begin(), music.end());
    return all;
  }();
  return rules;
}

bool applies(const AdviceRule& rule, double value) noexcept {
  switch (rule.side) {
    case Side::kAbove:
      return value > rule.limit;
    case Side::kAtLeast:
      return value >= rule.limit;
    case Side::kBelow:
      return value < rule.limit;
    case Side::kFarther:
      return std::abs(value) > rule.limit;
  }
  return false;
}

std::vector<Recommendation> recommend(const Report& report) {
  const auto& core = report.measured.core;
  const bool is_heard = !is_silent(core) || channels_cancel(core);
  std::vector<Recommendation> advice;
  for (const auto& rule : advice_rules()) {
    if (!is_heard && !rule.is_kept) continue;  // a warning says that all is silent
    const auto value = rule.value(report);
    if (!value || !applies(rule, *value)) continue;
    advice.push_back({rule.type,
                      rule.note(report, *value),
                      rule.priority,
                      rule.id,
                      {rule.what, *value, rule.limit, rule.unit}});
  }
  std::stable_sort(advice.begin(), advice.end(), [](const auto& a, const auto& b) {
    return rank(a.priority) < rank(b.priority);
  });
  shorten(advice);
  return advice;
}

}  // namespace aura::analysis
