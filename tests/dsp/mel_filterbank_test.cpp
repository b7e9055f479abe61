#include "aura/dsp/mel_filterbank.h"

#include <catch2/catch.hpp>

#include "log_mel_of.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

constexpr std::size_t kBands = 128;
constexpr Eigen::Index kBins = 1025;

/// The filters as columns.
Eigen::ArrayXXd weights_of(std::size_t bands) {
  const auto filters = mel_filterbank(test::kSampleRateHz, test::kFftSize, bands);
  REQUIRE(filters.size() == bands);
  Eigen::ArrayXXd columns = Eigen::ArrayXXd::Zero(kBins, static_cast<Eigen::Index>(bands));
  for (Eigen::Index band = 0; band < columns.cols(); ++band) {
    const auto& [first_bin, weights] = filters[static_cast<std::size_t>(band)];
    columns.col(band).segment(first_bin, weights.size()) = weights;
  }
  return columns;
}

TEST_CASE("mel filterbank: flat power gives equal bands") {
  // Where filters are wide; the narrow ones below, two bins high, hit their triangle by chance.
  const auto bands = GENERATE(as<std::size_t>{}, 20, 40);
  const Eigen::ArrayXd powers = weights_of(bands).colwise().sum();
  for (const double power : powers) {
    // Each triangle has the area 1 over Hz; a sum over bins 10.8 Hz wide comes near to it.
    CHECK(power * test::kBinWidthHz == Approx(1).epsilon(0.01));
  }
}

TEST_CASE(
    "mel filterbank: a bin lies in at most two bands, neighbours, and 0 Hz and Nyquist in none") {
  const auto weights = weights_of(kBands);
  CHECK((weights.row(0) == 0).all());
  // The last triangle ends at Nyquist, where rounding may leave a trace of it.
  CHECK((weights.row(kBins - 1) < 1e-12).all());
  for (Eigen::Index bin = 1; bin + 1 < kBins; ++bin) {
    const auto touched = (weights.row(bin) > 0).count();
    CHECK(touched >= 1);
    CHECK(touched <= 2);
    Eigen::Index band = 0;
    weights.row(bin).maxCoeff(&band);
    const Eigen::Index from = std::max<Eigen::Index>(0, band - 1);
    const Eigen::Index to = std::min<Eigen::Index>(weights.cols() - 1, band + 1);
    CHECK((weights.row(bin).segment(from, to - from + 1) > 0).count() == touched);
  }
}

TEST_CASE("mel filterbank: has librosa's weights") {
  const auto weights = weights_of(kBands);
  const auto& expected = test::reference()["mel_filterbank"];
  for (std::size_t band = 0; band < kBands; ++band) {
    const auto column = weights.col(static_cast<Eigen::Index>(band));
    Eigen::Index peak = 0;
    column.maxCoeff(&peak);
    // librosa holds weights in single precision.
    CHECK(column.sum() == Approx(expected["row_sums"][band].get<double>()).epsilon(1e-6));
    CHECK(column.maxCoeff() == Approx(expected["peaks"][band].get<double>()).epsilon(1e-6));
    CHECK(peak == expected["peak_bins"][band].get<Eigen::Index>());
  }
}

}  // namespace
}  // namespace aura::dsp
