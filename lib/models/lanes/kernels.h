#pragma once

#include "aura/models/lanes.h"

// The functions of a Lanes, which documents them.

namespace aura::models::AURA_LANES {

/// Returns all functions of this file.
const Lanes& lanes() noexcept;

void convolve(const Convolution& convolution, const float* input, float* output,
              std::size_t output_stride);
void pool(const float* input, std::size_t rows, std::size_t stride, std::size_t frames,
          float* output);
void dense(const float* weights, const float* bias, std::size_t inputs, std::size_t outputs,
           const float* input, float* output);
void resample(const PhaseFilters& filters, const float* samples, std::size_t position,
              std::size_t count, float* output);
void convolve_grid(const GridConvolution& convolution, const float* input, float* output);
void activate(const float* input, std::size_t input_place, std::size_t places, std::size_t channels,
              const float* scale, const float* shift, float* output);
void dilated_sigmoid(const DilatedSigmoid& layer, const float* input, std::size_t input_row,
                     std::size_t places, float* output);
void fourier(const FourierTables& tables, float* re, float* im);

}  // namespace aura::models::AURA_LANES
