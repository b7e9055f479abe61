#include "aura/analysis/tonal.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "aura/dsp/key.h"
#include "find_tonal.h"

namespace aura::analysis {
namespace {

// Each by its more usual name.
constexpr std::array<std::string_view, dsp::kPitchClasses> kNames{
    "C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"};

KeyAlternative named(const dsp::Key& key) {
  return {std::string(kNames.at(key.tonic)), key.minor ? "minor" : "major", key.weight};
}

/// How many fifths the major key of the same notes lies above C major, 0 to 11.
std::optional<std::size_t> fifths_of(std::string_view key, std::string_view scale) {
  const auto* const name = std::find(kNames.begin(), kNames.end(), key);
  if (name == kNames.end() || (scale != "major" && scale != "minor")) return std::nullopt;
  const auto tonic = static_cast<std::size_t>(name - kNames.begin());
  return 7 * (tonic + (scale == "minor" ? 3 : 0)) % dsp::kPitchClasses;
}

}  // namespace

Tonal find_tonal(const dsp::TunedChroma& chroma) {
  const auto [best, second] = dsp::estimate_key(dsp::key_evidence(chroma.blocks));
  if (best.weight == 0) return {};
  auto [key, scale, confidence] = named(best);
  return {std::move(key), std::move(scale), confidence, named(second), chroma.tuning_hz};
}

std::string camelot_code(std::string_view key, std::string_view scale) {
  const auto fifths = fifths_of(key, scale);
  if (!fifths) return {};
  return std::to_string((*fifths + 7) % 12 + 1) + (scale == "minor" ? "A" : "B");
}

std::string open_key_code(std::string_view key, std::string_view scale) {
  const auto fifths = fifths_of(key, scale);
  if (!fifths) return {};
  return std::to_string(*fifths + 1) + (scale == "minor" ? "m" : "d");
}

}  // namespace aura::analysis
