#include "aura/analysis/space.h"
#include "aura/analysis/timbre.h"
#include "timbre_space.h"

namespace aura::analysis {

std::string_view shipped_space_text() noexcept {
  return kTimbreSpace;
}

Space shipped_space() {
  return Space::read(shipped_space_text());
}

}  // namespace aura::analysis
