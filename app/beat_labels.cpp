#include "beat_labels.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace aura::app {

std::string beat_labels(const analysis::Rhythm& rhythm) {
  std::string labels;
  std::size_t number = 0;
  for (const double beat_s : rhythm.beats_s) {
    number = std::ranges::binary_search(rhythm.downbeats_s, beat_s) ? 1 : number + 1;
    std::array<char, 100> line{};
    std::snprintf(line.data(), line.size(), "%.6f\t%.6f\t%zu\n", beat_s, beat_s, number);
    labels += line.data();
  }
  return labels;
}

}  // namespace aura::app
