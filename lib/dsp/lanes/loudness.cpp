#include "kernels.h"
#include "vector.h"

namespace aura::dsp::AURA_LANES {

double filtered_energy(const BlockFilter& filter, const float* samples, std::size_t blocks,
                       float* rows) {
  constexpr std::size_t kSamples = BlockFilter::kSamples;
  constexpr std::size_t kRows = BlockFilter::kRows;
  constexpr std::size_t kVectors = kRows / kFloats;
  float heard[kRows];  // 1 for a row that is a sample, 0 for one that is the filter's state
  for (std::size_t row = 0; row < kRows; ++row) heard[row] = row < kSamples ? 1.0F : 0.0F;

  Floats squares[kVectors] = {};
  for (std::size_t block = 0; block < blocks; ++block, samples += kSamples) {
    Floats out[kVectors] = {};
    Floats late[kVectors] = {};
    const auto add = [&](Floats(&sum)[kVectors], std::size_t column, float value) {
      for (std::size_t i = 0; i < kVectors; ++i)
        sum[i] += load(filter.columns[column] + i * kFloats) * value;
    };
    for (std::size_t k = 0; k < kSamples; ++k) add(out, k, samples[k]);
    // The state comes last and in two sums, since each block waits for that of the block before.
    for (std::size_t k = kSamples; k < kRows; k += 2) {
      add(out, k, rows[k]);
      add(late, k + 1, rows[k + 1]);
    }
    for (std::size_t i = 0; i < kVectors; ++i) {
      out[i] += late[i];
      store(rows + i * kFloats, out[i]);
      squares[i] += out[i] * out[i] * load(heard + i * kFloats);
    }
  }
  double energy = 0;
  for (const Floats& sums : squares) {
    for (std::size_t lane = 0; lane < kFloats; ++lane) energy += sums[lane];
  }
  return energy;
}

float interpolated_peak(const Interpolator& interpolator, const float* samples, std::size_t size,
                        float peak) {
  constexpr std::size_t kBlock = Interpolator::kLeastSize;
  constexpr std::size_t kBefore = Interpolator::kBefore;
  const auto louder_of = [](Floats loudest, Floats values) {
    return greater_of(loudest, greater_of(values, -values));
  };
  const auto peak_of = [](Floats loudest) {
    float most = 0;
    for (std::size_t lane = 0; lane < kFloats; ++lane)
      most = loudest[lane] > most ? loudest[lane] : most;
    return most;
  };
  for (std::size_t done = 0; done < size; done += kBlock) {
    // The last block reaches back over some that are done.
    const float* block = samples + (done + kBlock <= size ? done : size - kBlock);
    Floats loudest{};
    for (std::size_t n = 0; n < kBefore + kBlock; n += kFloats)
      loudest = louder_of(loudest, load(block - kBefore + n));
    const float most = peak_of(loudest);
    peak = most > peak ? most : peak;
    if (most * interpolator.gain <= peak) continue;

    for (std::size_t n = 0; n < kBlock; n += kFloats) {
      for (std::size_t phase = 0; phase < interpolator.phases; ++phase) {
        const float* taps = interpolator.taps[phase];
        const float* heard = block + n - (Interpolator::kTaps - 1);
        Floats between{};
        for (std::size_t k = 0; k < Interpolator::kTaps; ++k) between += load(heard + k) * taps[k];
        loudest = louder_of(loudest, between);
      }
    }
    const float most_between = peak_of(loudest);
    peak = most_between > peak ? most_between : peak;
  }
  return peak;
}

}  // namespace aura::dsp::AURA_LANES
