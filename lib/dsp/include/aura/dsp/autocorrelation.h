#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

namespace aura::dsp {

/// How alike a curve is to itself, lag by lag from 0 to `lags` - 1: the mean autocorrelation over
/// windows of `window` values, half a window apart, each freed of its mean; the sum over what
/// overlaps is scaled up to a whole window and divided by lag 0. 1 at lag 0, 0 throughout where the
/// curve is constant. `lags` is at most `window`. Throws Stopped.
Eigen::ArrayXd mean_autocorrelation(std::span<const float> curve, std::size_t window,
                                    std::size_t lags, const std::stop_token& stop = {});

/// How much slower than in the middle a curve repeats in each window of mean_autocorrelation(), as
/// the ratio of its periods: 1.1 where they are a tenth longer. Found by moving the windows'
/// autocorrelations against their common mean, within an eighth, smoothly; the mean logarithm is 0.
/// Empty where the windows are as like each other without: then all else is as if there were no
/// drift. Throws Stopped.
std::vector<double> find_drift(std::span<const float> curve, std::size_t window, std::size_t lags,
                               const std::stop_token& stop = {});

/// mean_autocorrelation() of a curve with that drift taken out: lags are those in the middle.
Eigen::ArrayXd mean_autocorrelation(std::span<const float> curve, std::size_t window,
                                    std::size_t lags, std::span<const double> drift,
                                    const std::stop_token& stop = {});

/// Its value at `lag` by linear interpolation, the last one beyond its end.
double at_lag(const Eigen::Ref<const Eigen::ArrayXd>& autocorrelation, double lag) noexcept;

}  // namespace aura::dsp
