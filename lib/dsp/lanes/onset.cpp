#include "kernels.h"
#include "vector.h"

namespace aura::dsp::AURA_LANES {

void median_rises(const float* frames_db, std::size_t bands, float floor_db,
                  const Comparator* network, std::size_t comparators, float* rises,
                  float* medians) {
  const auto above_floor = [floor_db](float db) { return db > floor_db ? db : floor_db; };
  for (std::size_t lane = 0; lane < kFloats; ++lane) {
    const float* before = frames_db + lane * bands;
    const float* now = before + bands;
    for (std::size_t band = 0; band < bands; ++band) {
      const float rise = above_floor(now[band]) - above_floor(before[band]);
      rises[band * kFloats + lane] = rise > 0 ? rise : 0;
    }
  }
  for (std::size_t i = 0; i < comparators; ++i) {
    float* low = rises + network[i].low * kFloats;
    float* high = rises + network[i].high * kFloats;
    const Floats a = load(low);
    const Floats b = load(high);
    store(low, lesser_of(a, b));
    store(high, greater_of(a, b));
  }
  const Floats lower = load(rises + (bands - 1) / 2 * kFloats);
  const Floats upper = load(rises + bands / 2 * kFloats);
  store(medians, (lower + upper) * 0.5F);
}

}  // namespace aura::dsp::AURA_LANES
