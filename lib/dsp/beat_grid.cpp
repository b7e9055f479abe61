#include "aura/dsp/beat_grid.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace aura::dsp {
namespace {

/// Beats over which a local tempo is taken.
constexpr std::size_t kBar = 8;
constexpr std::size_t kFewBeats = 8;
/// A local tempo so far off the usual one means that the phase has jumped.
constexpr double kJump = 0.025;
/// Beats so far off their line, in standard deviations, are not counted.
constexpr double kFarOff = 2.5;
constexpr int kRounds = 3;
/// Most of a beat that steady beats lie off their grid, as a root mean square.
constexpr double kSteadyResidual = 0.06;
/// Least share of the beats that lie on lines, where the others are jumps of the phase.
constexpr double kSteadyShare = 0.8;
/// Spreads of the local tempo, from its tenth to its ninetieth percentile.
constexpr double kSteadySpread = 0.03;
constexpr double kFreeSpread = 0.1;
/// Neighbours on either side.
constexpr std::size_t kReach = 4;

/// Beats of one phase, by their number.
using Segment = std::vector<double>;

double percentile(std::vector<double>& values, double share) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

/// The mean distances of kBar successive beats, all along the runs.
std::vector<double> local_periods_of(std::span<const std::vector<double>> runs) {
  std::vector<double> periods;
  for (const auto& beats : runs) {
    for (std::size_t i = kBar; i < beats.size(); ++i)
      periods.push_back((beats[i] - beats[i - kBar]) / kBar);
  }
  return periods;
}

/// Splits a run into segments where two beats lie further from a whole number of periods apart than
/// the tempo explains.
void split_at_jumps(const std::vector<double>& beats, double period,
                    std::vector<Segment>& segments) {
  Segment segment;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    const std::size_t from = i - std::min(i, kBar / 2);
    const std::size_t to = std::min(i + kBar / 2, beats.size() - 1);
    const double local = to > from ? (beats[to] - beats[from]) / static_cast<double>(to - from) : 0;
    if (std::abs(local / period - 1) <= kJump) {
      segment.push_back(beats[i]);
    } else {
      if (segment.size() > kBar / 2) segments.push_back(std::move(segment));
      segment = {};
    }
  }
  if (segment.size() > kBar / 2) segments.push_back(std::move(segment));
}

/// Lines of one slope through segments, a beat's number against its time.
struct Lines {
  double period = 0;
  double residual = 0;  ///< root mean square
  double error = 0;     ///< standard error of the period
  std::size_t beats = 0;
};

Lines fit_lines(std::span<const Segment> segments, double most_off, double slope) {
  Lines lines;
  double products = 0;
  double squares = 0;
  double off_squares = 0;
  for (const auto& beats : segments) {
    // Where the line goes: the median is not bent by outliers.
    std::vector<double> starts;
    for (std::size_t i = 0; i < beats.size(); ++i)
      starts.push_back(beats[i] - slope * static_cast<double>(i));
    const auto offs = starts;
    const double start = percentile(starts, 0.5);
    double count = 0;
    double sum_i = 0;
    double sum_off = 0;
    const auto counts = [&](std::size_t i) { return std::abs(offs[i] - start) <= most_off; };
    for (std::size_t i = 0; i < beats.size(); ++i) {
      if (!counts(i)) continue;
      ++count;
      sum_i += static_cast<double>(i);
      sum_off += offs[i];
    }
    if (count < 2) continue;
    for (std::size_t i = 0; i < beats.size(); ++i) {
      if (!counts(i)) continue;
      const double from_middle = static_cast<double>(i) - sum_i / count;
      const double off = offs[i] - sum_off / count;
      products += from_middle * off;
      squares += from_middle * from_middle;
      off_squares += off * off;
    }
    lines.beats += static_cast<std::size_t>(count);
  }
  if (squares <= 0) return lines;
  const double change = products / squares;
  lines.period = slope + change;
  off_squares = std::max(off_squares - change * products, 0.0);
  lines.residual = std::sqrt(off_squares / static_cast<double>(lines.beats));
  lines.error = lines.residual / std::sqrt(squares);
  return lines;
}

}  // namespace

BeatGrid fit_grid(std::span<const std::vector<double>> runs) {
  BeatGrid grid;
  std::vector<double> distances;
  std::size_t total = 0;
  for (const auto& beats : runs) {
    total += beats.size();
    for (std::size_t i = 1; i < beats.size(); ++i) distances.push_back(beats[i] - beats[i - 1]);
  }
  auto locals = local_periods_of(runs);
  if (total < kFewBeats || distances.empty()) return grid;
  const double usual = percentile(locals.empty() ? distances : locals, 0.5);
  grid.usual_period = usual;
  double spread = 0;
  if (!locals.empty()) spread = (percentile(locals, 0.9) - percentile(locals, 0.1)) / usual;

  std::vector<Segment> segments;
  for (const auto& beats : runs) split_at_jumps(beats, usual, segments);
  Lines lines = fit_lines(segments, usual, usual);
  for (int round = 0; round < kRounds && lines.period > 0; ++round)
    lines = fit_lines(segments, std::max(kFarOff * lines.residual, usual / 100), lines.period);
  const bool on_lines =
      lines.period > 0 && lines.residual <= kSteadyResidual * lines.period &&
      static_cast<double>(lines.beats) >= kSteadyShare * static_cast<double>(total);
  if (on_lines && spread <= kSteadySpread) {
    grid.period = lines.period;
    grid.period_error = lines.error;
    grid.steadiness = Steadiness::kSteady;
    return grid;
  }
  grid.steadiness = spread > kFreeSpread ? Steadiness::kFree : Steadiness::kDrifts;
  // The mean over each run, whose beats at either end count as much as any.
  const Lines mean = fit_lines(runs, usual * static_cast<double>(total), usual);
  grid.period = mean.period > 0 ? mean.period : usual;
  grid.period_error = mean.error;
  return grid;
}

std::vector<double> smooth_beats(std::span<const double> beats, const BeatGrid& grid) {
  std::vector<double> smoothed(beats.begin(), beats.end());
  if (beats.size() < 3 || grid.period <= 0 || grid.steadiness == Steadiness::kFree) return smoothed;
  const bool steady = grid.steadiness == Steadiness::kSteady;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    // On a grid, neighbours know the phase to either side of a jump; so they are few there, too.
    const std::size_t reach = steady ? 4 * kReach : kReach;
    const std::size_t from = i - std::min(i, reach);
    const std::size_t to = std::min(i + reach, beats.size() - 1);
    double slope = grid.period;
    if (!steady && to > from) {
      slope = (beats[to] - beats[from]) / static_cast<double>(to - from);
    }
    std::vector<double> expected;
    for (std::size_t j = from; j <= to; ++j) {
      expected.push_back(beats[j] + slope * (static_cast<double>(i) - static_cast<double>(j)));
    }
    const double middle = percentile(expected, 0.5);
    double sum = 0;
    double count = 0;
    for (const double place : expected) {
      if (std::abs(place - middle) > grid.period / 10) continue;
      sum += place;
      ++count;
    }
    smoothed[i] = count > 0 ? sum / count : middle;
  }
  return smoothed;
}

}  // namespace aura::dsp
