#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

#include "aura/dsp/beat_curves.h"
#include "aura/dsp/log_mel.h"

namespace aura::dsp {

/// What is read at each beat: all curves at the beat, and the first of them a quarter, a half and
/// three quarters of a beat later.
inline constexpr std::size_t kLaterCurves = 7;
inline constexpr std::size_t kBeatReadings = kBeatCurves + 3 * kLaterCurves;
/// How the spectra change at each beat: six changes, over one, two, four and eight beats.
inline constexpr std::size_t kChanges = 6 * 4;
inline constexpr std::size_t kBarFeatures = kBeatReadings + kChanges;

/// Returns for each run of beats, in frames, the mean spectra from beat to beat: kMelBands rows in
/// dB above the floor of onset_curves(), a column for each beat. The last beat is as long as the
/// beat before it. Thread-safe. Throws Stopped after `stop` is requested, and what Spool::read
/// throws.
std::vector<Eigen::ArrayXXf> beat_spectra(const LogMelSpectrogram& log_mel,
                                          std::span<const std::vector<double>> runs,
                                          const std::stop_token& stop = {});

/// Returns for each run of beats what tells the beats that begin a bar: kBarFeatures rows, a column
/// for each beat; mean 0 and deviation 1 over the track. `spectra` come from beat_spectra(). There
/// are at least two frames. Thread-safe.
std::vector<Eigen::ArrayXXd> bar_features(const BeatCurves& curves,
                                          std::span<const Eigen::ArrayXXf> spectra,
                                          std::span<const std::vector<double>> runs);

}  // namespace aura::dsp
