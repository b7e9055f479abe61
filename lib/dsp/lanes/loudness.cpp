#include "kernels.h"
#include "vector.h"

namespace aura::dsp::AURA_LANES {

namespace {

/// Sends `kSignals` of them through the filter side by side: each block waits for the state that
/// the block before it left, and meanwhile there is the other signal's to be done.
template <std::size_t kSignals>
void filter_together(const BlockFilter& filter, std::size_t blocks, FilteredSignal* signals) {
  constexpr std::size_t kSamples = BlockFilter::kSamples;
  constexpr std::size_t kRows = BlockFilter::kRows;
  constexpr std::size_t kVectors = kRows / kFloats;
  constexpr std::size_t kStateLane = kFloats - BlockFilter::kState;
  float heard[kRows];  // 1 for a row that is a sample, 0 for one that is the filter's state
  for (std::size_t row = 0; row < kRows; ++row) heard[row] = row < kSamples ? 1.0F : 0.0F;

  Floats state[kSignals] = {};  // the last rows; those that are samples are not read
  for (std::size_t i = 0; i < kSignals; ++i) {
    for (std::size_t k = 0; k < BlockFilter::kState; ++k)
      state[i][kStateLane + k] = signals[i].state[k];
  }
  Floats squares[kSignals][kVectors] = {};
  for (std::size_t begin = 0; begin < blocks * kSamples; begin += kSamples) {
#pragma GCC unroll 2
    for (std::size_t i = 0; i < kSignals; ++i) {
      Floats out[kVectors] = {};
      Floats late[kVectors] = {};
      const auto add = [&](Floats(&sum)[kVectors], std::size_t column, Floats value) {
        for (std::size_t v = 0; v < kVectors; ++v)
          sum[v] += load(filter.columns[column] + v * kFloats) * value;
      };
      for (std::size_t k = 0; k < kSamples; ++k) add(out, k, all(signals[i].samples[begin + k]));
      // The state comes last and in two sums, since it is what is waited for.
      add(out, kSamples, all_of_lane<kStateLane>(state[i]));
      add(late, kSamples + 1, all_of_lane<kStateLane + 1>(state[i]));
      add(out, kSamples + 2, all_of_lane<kStateLane + 2>(state[i]));
      add(late, kSamples + 3, all_of_lane<kStateLane + 3>(state[i]));
      for (std::size_t v = 0; v < kVectors; ++v) {
        out[v] += late[v];
        squares[i][v] += out[v] * out[v] * load(heard + v * kFloats);
      }
      state[i] = out[kVectors - 1];
    }
  }
  for (std::size_t i = 0; i < kSignals; ++i) {
    for (std::size_t k = 0; k < BlockFilter::kState; ++k)
      signals[i].state[k] = state[i][kStateLane + k];
    signals[i].energy = 0;
    for (const Floats& sums : squares[i]) {
      for (std::size_t lane = 0; lane < kFloats; ++lane) signals[i].energy += sums[lane];
    }
  }
}

}  // namespace

void filtered_energies(const BlockFilter& filter, std::size_t blocks, FilteredSignal* signals,
                       std::size_t count) {
  // Narrow registers are too few for two.
  constexpr std::size_t kTogether = kFloats >= 8 ? 2 : 1;
  std::size_t done = 0;
  for (; done + kTogether <= count; done += kTogether)
    filter_together<kTogether>(filter, blocks, signals + done);
  for (; done < count; ++done) filter_together<1>(filter, blocks, signals + done);
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
