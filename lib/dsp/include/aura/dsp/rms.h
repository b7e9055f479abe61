#pragma once

#include <span>

namespace aura::dsp {

/// The root of the mean square of `frame`, which is not empty.
double rms(std::span<const float> frame) noexcept;

}  // namespace aura::dsp
