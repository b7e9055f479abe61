#include "kernels.h"
#include "vector.h"

namespace aura::models::AURA_LANES {

void pool(const float* input, std::size_t rows, std::size_t stride, std::size_t frames,
          float* output) {
  for (std::size_t row = 0; row < rows; ++row, input += stride, output += 2) {
    Row sums{};
    Row highest;
    for (Floats& part : highest.parts) part = all(input[0]);
    std::size_t t = 0;
    for (; t + Lanes::kRow <= frames; t += Lanes::kRow) {
      sums.add(input + t);
      for (std::size_t i = 0; i < Row::kParts; ++i)
        highest.parts[i] = greater_of(highest.parts[i], load(input + t + i * kFloats));
    }
    float sum = sums.sum();
    float values[Lanes::kRow];
    for (std::size_t i = 0; i < Row::kParts; ++i) store(values + i * kFloats, highest.parts[i]);
    float maximum = values[0];
    for (const float value : values) maximum = value > maximum ? value : maximum;
    for (; t < frames; ++t) {
      sum += input[t];
      maximum = input[t] > maximum ? input[t] : maximum;
    }
    output[0] = maximum;
    output[1] = sum / static_cast<float>(frames);
  }
}

void dense(const float* weights, const float* bias, std::size_t inputs, std::size_t outputs,
           const float* input, float* output) {
  // Sums of some ten parts of some ten products each lose less than sums of a thousand.
  constexpr std::size_t kPart = 64;
  for (std::size_t column = 0; column < outputs; column += Lanes::kRow) {
    Row total{};
    total.add(bias + column);
    for (std::size_t first = 0; first < inputs; first += kPart) {
      const std::size_t last = first + kPart < inputs ? first + kPart : inputs;
      Row part{};
      for (std::size_t i = first; i < last; ++i) {
        const Floats value = all(input[i]);
        for (std::size_t v = 0; v < Row::kParts; ++v)
          part.parts[v] += load(weights + i * outputs + column + v * kFloats) * value;
      }
      for (std::size_t v = 0; v < Row::kParts; ++v) total.parts[v] += part.parts[v];
    }
    for (std::size_t v = 0; v < Row::kParts; ++v)
      store(output + column + v * kFloats, total.parts[v]);
  }
}

void resample(const PhaseFilters& filters, const float* samples, std::size_t position,
              std::size_t count, float* output) {
  for (std::size_t i = 0; i < count; ++i, position += filters.step) {
    const float* first = samples + position / filters.phases;
    const float* taps = filters.taps + position % filters.phases * PhaseFilters::kTaps;
    Row sums{};
    for (std::size_t k = 0; k < PhaseFilters::kTaps; k += Lanes::kRow)
      sums.add_product(first + k, taps + k);
    output[i] = sums.sum();
  }
}

}  // namespace aura::models::AURA_LANES
