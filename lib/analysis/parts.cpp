#include <algorithm>
#include <string_view>

#include "aura/analysis/measurements.h"

namespace aura::analysis {

bool KnownParts::has(Part part) const noexcept {
  switch (part) {
    case Part::kCore:
      return core.has_value();
    case Part::kRhythm:
      return rhythm.has_value();
    case Part::kTonal:
      return tonal.has_value();
    case Part::kStructure:
      return structure.has_value();
    case Part::kPictures:
      return pictures.has_value();
    case Part::kTimbre:
      return timbre.has_value();
    case Part::kSpectrum:
      return spectrum.has_value();
    case Part::kSource:
      return source.has_value();
    case Part::kFingerprint:
      return fingerprint.has_value() || !wants_fingerprint;
    case Part::kTags:
      break;
  }
  return tagger == nullptr || (tags && tags->tagging == tagger->tagging);
}

KnownParts wanting_fingerprint(KnownParts known) {
  known.wants_fingerprint = true;
  return known;
}

bool is_complete(const KnownParts& known) noexcept {
  return std::all_of(kParts.begin(), kParts.end(), [&](Part part) { return known.has(part); });
}

std::string_view name_of(Part part) noexcept {
  switch (part) {
    case Part::kCore:
      return "core";
    case Part::kRhythm:
      return "rhythm";
    case Part::kTonal:
      return "tonal";
    case Part::kStructure:
      return "structure";
    case Part::kPictures:
      return "pictures";
    case Part::kTimbre:
      return "timbre";
    case Part::kSpectrum:
      return "spectrum";
    case Part::kSource:
      return "source";
    case Part::kFingerprint:
      return "fingerprint";
    case Part::kTags:
      return "tags";
  }
  return "";
}

int version_of(Part part) noexcept {
  switch (part) {
    case Part::kRhythm:
      return 3;
    case Part::kCore:
    case Part::kStructure:
    case Part::kPictures:
    case Part::kTimbre:
    case Part::kSpectrum:
    case Part::kSource:
    case Part::kFingerprint:
    case Part::kTags:
      return 1;
    case Part::kTonal:
      return 3;
  }
  return 0;
}

}  // namespace aura::analysis
