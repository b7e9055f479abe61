#pragma once

#include <cstddef>
#include <span>

namespace aura::dsp {

/// How many neighbours in `signal` differ in sign, over `frame_length`. Zero counts as positive,
/// and so does all within 1e-10 of it. `signal` is the part of a frame of `frame_length` samples
/// that lies within the signal: what would continue it with its last value crosses nothing.
double zero_crossing_rate(std::span<const float> signal, std::size_t frame_length) noexcept;

}  // namespace aura::dsp
