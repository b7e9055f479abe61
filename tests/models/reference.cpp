#include "reference.h"

#include <algorithm>
#include <fstream>

#include "aura/models/log_mels.h"

namespace aura::test {

const nlohmann::json& musicnn_reference() {
  static const auto parsed =
      nlohmann::json::parse(std::ifstream(AURA_TEST_DATA "/musicnn/reference.json"));
  return parsed;
}

std::vector<float> log_mels_of(std::span<const float> samples, int sample_rate_hz) {
  std::vector<float> frames;
  const auto keep = [&](std::span<const float> bands) {
    frames.insert(frames.end(), bands.begin(), bands.end());
  };
  models::LogMels mels(sample_rate_hz);
  // In pieces of odd sizes, as a decoder hands them over.
  constexpr std::size_t kPiece = 4099;
  for (std::size_t first = 0; first < samples.size(); first += kPiece)
    mels.push(samples.subspan(first, std::min(kPiece, samples.size() - first)), keep);
  mels.finish(keep);
  return frames;
}

}  // namespace aura::test
