#pragma once

#include "aura/dsp/lanes.h"

// The functions of a Lanes, which documents them.

namespace aura::dsp::AURA_LANES {

/// Returns all functions of this file.
const Lanes& lanes() noexcept;

HopMeasures measure_hop(const float* samples, std::size_t size);
void power_spectra(const RealFftPlan& plan, const float* hops, std::size_t hop_length,
                   std::size_t hop_stride, const double* window, const float* scale, double* values,
                   float* power);
void measure_spectra(const float* power, std::size_t bins, float* magnitude, float* centroid,
                     float* rolloff);
void mel_bands(const MelBand* bands, std::size_t count, const float* power, const float* doublings,
               float* mel, float* mel_db);
void median_rises(const float* frames_db, std::size_t bands, float floor_db,
                  const Comparator* network, std::size_t comparators, float* rises, float* medians);
void add_normalised_power(const RealFftPlan& plan, const double* signal, const double* window,
                          std::size_t window_size, std::size_t windows, double* values,
                          double* power);
void filtered_energies(const BlockFilter& filter, std::size_t blocks, FilteredSignal* signals,
                       std::size_t count);
float interpolated_peak(const Interpolator& interpolator, const float* samples, std::size_t size,
                        float peak);
void decimate(const Decimator& decimator, const float* samples, float* decimated);

}  // namespace aura::dsp::AURA_LANES
