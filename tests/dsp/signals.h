#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace aura::test {

inline constexpr int kSampleRateHz = 22050;

std::vector<float> sine(double frequency_hz, double amplitude, std::size_t length);

/// White, uniform in [-amplitude, amplitude); the same at each call.
std::vector<float> noise(double amplitude, std::size_t length);

/// The signal that tests/data/librosa/make_reference.py builds under `name`, by the same formula.
std::vector<float> reference_signal(std::string_view name);

}  // namespace aura::test
