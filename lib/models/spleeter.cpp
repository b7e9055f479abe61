#include "aura/models/spleeter.h"

#include <algorithm>
#include <cassert>

namespace aura::models {
namespace {

/// As in the original: what both networks find nothing in is shared out evenly.
constexpr float kEpsilon = 1e-10F;

}  // namespace

Spleeter::Spleeter(const Safetensors& file, const Lanes& lanes)
    : lanes_(lanes), vocals_(file, "vocals", lanes), accompaniment_(file, "accompaniment", lanes) {}

void Spleeter::run(std::span<const float> magnitudes, Scratch& scratch,
                   std::span<float> mask) const {
  assert(mask.size() == magnitudes.size());
  vocals_.run(magnitudes, scratch, [&](std::size_t frame, std::span<const float> numbers) {
    std::copy(numbers.begin(), numbers.end(), mask.subspan(frame * Unet::kRow).begin());
  });
  accompaniment_.run(magnitudes, scratch, [&](std::size_t frame, std::span<const float> numbers) {
    const auto magnitude = magnitudes.subspan(frame * Unet::kRow, Unet::kRow);
    const auto row = mask.subspan(frame * Unet::kRow, Unet::kRow);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const float vocals = row[i] * magnitude[i];
      const float rest = numbers[i] * magnitude[i];
      row[i] = (vocals * vocals + kEpsilon / 2) / (vocals * vocals + rest * rest + kEpsilon);
    }
  });
}

}  // namespace aura::models
