#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace aura::analysis {

/// A stretch of a track that sounds alike. Sections that sound like each other have the same label.
struct Section {
  double start_s = 0;
  double end_s = 0;
  std::string label;  ///< A for the first, B for the next that sounds different, after Z AA

  bool operator==(const Section&) const = default;
};

/// The longest track has fewer.
inline constexpr std::size_t kMaxSections = 256;

/// An estimate of a track's form.
struct Structure {
  /// From the start of the track to its end, without gaps. Empty for silence.
  std::vector<Section> sections;
  /// Where the first section begins whose label comes back; 0 if no label does.
  double intro_s = 0;

  bool operator==(const Structure&) const = default;
};

}  // namespace aura::analysis
