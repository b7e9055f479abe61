#include "aura/dsp/beat_grid.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

namespace aura::dsp {
namespace {

using Runs = std::vector<std::vector<double>>;

/// `count` beats from `first` on, each off its place by up to `off`.
std::vector<double> beats(double first, double period, std::size_t count, double off = 0) {
  std::minstd_rand random(1);
  std::uniform_real_distribution<double> jitter(-1, 1);
  std::vector<double> run;
  for (std::size_t i = 0; i < count; ++i)
    run.push_back(first + static_cast<double>(i) * period + off * jitter(random));
  return run;
}

TEST_CASE("beat grid: runs have one period, wherever each begins") {
  const auto grid = fit_grid(Runs{beats(0, 10, 9), beats(107, 10, 12), {300}, {}});
  CHECK(grid.steadiness == Steadiness::kSteady);
  CHECK(grid.period == Approx(10));
  CHECK(grid.period_error < 1e-6);
}

TEST_CASE("beat grid: the error says how far the period may be off") {
  const auto grid = fit_grid(Runs{beats(5, 21.5, 120, 0.5)});
  CHECK(grid.steadiness == Steadiness::kSteady);
  CHECK(grid.period_error > 0);
  CHECK(std::abs(grid.period - 21.5) < 4 * grid.period_error);
  CHECK(grid.period_error < 1e-3 * grid.period);
}

TEST_CASE("beat grid: a few beats far off, and a jump of the phase, bend no period") {
  auto run = beats(0, 20, 200);
  for (std::size_t i = 30; i < 200; i += 40) run[i] += 5;
  CHECK(fit_grid(Runs{run}).period == Approx(20).epsilon(1e-4));
  for (std::size_t i = 150; i < 200; ++i) run[i] += 10;
  const auto grid = fit_grid(Runs{run});
  CHECK(grid.steadiness == Steadiness::kSteady);
  CHECK(grid.period == Approx(20).epsilon(1e-4));
}

TEST_CASE("beat grid: a slow change of tempo is a drift, a large one is free") {
  for (const double change : {0.02, 0.05, 0.09, 0.3}) {
    CAPTURE(change);
    std::vector<double> run{0};
    for (std::size_t i = 0; i < 150; ++i)
      run.push_back(run.back() + 20 * (1 + change * static_cast<double>(i) / 150));
    const auto grid = fit_grid(Runs{run});
    CHECK(grid.steadiness == (change > 0.15 ? Steadiness::kFree : Steadiness::kDrifts));
    CHECK(grid.usual_period == Approx(20 * (1 + change / 2)).epsilon(0.002));
  }
}

TEST_CASE("beat grid: of too few beats there is none") {
  CHECK(fit_grid(Runs{}).period == 0);
  CHECK(fit_grid(Runs{{}, {3}}).period == 0);
  CHECK(fit_grid(Runs{beats(0, 10, 7)}).period == 0);
}

TEST_CASE("beat grid: steady beats are moved onto the grid, drifting ones onto their neighbours'") {
  const auto rough = beats(3, 20, 100, 0.5);
  const auto grid = fit_grid(Runs{rough});
  const auto smooth = smooth_beats(rough, grid);
  REQUIRE(smooth.size() == rough.size());
  for (std::size_t i = 0; i < smooth.size(); ++i)
    CHECK(smooth[i] == Approx(3 + 20 * static_cast<double>(i)).margin(0.3));

  std::vector<double> drifting{0};
  for (std::size_t i = 0; i < 150; ++i)
    drifting.push_back(drifting.back() + 20 + 0.01 * static_cast<double>(i));
  auto rougher = drifting;
  for (std::size_t i = 0; i < rougher.size(); i += 2) rougher[i] += 0.5;
  const auto followed = smooth_beats(rougher, fit_grid(Runs{rougher}));
  for (std::size_t i = 0; i < followed.size(); ++i)
    CHECK(followed[i] == Approx(drifting[i] + 0.25).margin(0.5));
}

}  // namespace
}  // namespace aura::dsp
