#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

namespace aura::dsp {

// All functions here are thread-safe.

/// Returns the mean autocorrelation of `curve` at the lags from 0 to `lags` - 1. Averages over
/// windows of `window` values, half a window apart, less the mean of each window. Scales each
/// overlap up to a whole window and divides by lag 0. So lag 0 has 1; a constant curve has 0 at
/// all lags. `window` is at least 2, `lags` at most `window`. Throws Stopped after `stop` is
/// requested.
Eigen::ArrayXd mean_autocorrelation(std::span<const float> curve, std::size_t window,
                                    std::size_t lags, const std::stop_token& stop = {});

/// Returns the relative period of `curve` in each window of mean_autocorrelation(): 1.1 where
/// periods are a tenth longer than in the middle. Stretches the autocorrelations of the windows by
/// up to an eighth, smoothly from window to window, until they agree best. The mean logarithm is 0.
/// Returns nothing if stretching gains little, or with fewer than 3 or more than 300 windows.
/// Throws Stopped after `stop` is requested.
std::vector<double> find_drift(std::span<const float> curve, std::size_t window, std::size_t lags,
                               const std::stop_token& stop = {});

/// Returns mean_autocorrelation() of `curve` without its `drift`, which find_drift() has returned.
/// Lags are periods in the middle. Throws Stopped after `stop` is requested.
Eigen::ArrayXd mean_autocorrelation(std::span<const float> curve, std::size_t window,
                                    std::size_t lags, std::span<const double> drift,
                                    const std::stop_token& stop = {});

/// Returns the value of `autocorrelation` at `lag` by linear interpolation; beyond its end, the
/// last value. `autocorrelation` has at least two values.
double at_lag(const Eigen::Ref<const Eigen::ArrayXd>& autocorrelation, double lag) noexcept;

}  // namespace aura::dsp
