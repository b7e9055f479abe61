#include "aura/dsp/bar_features.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "aura/base/error.h"
#include "aura/dsp/framing.h"

namespace aura::dsp {
namespace {

/// As in onset_curves(): what is quieter beside the loudest is not heard.
constexpr float kAboveFloorDb = 20;
constexpr auto kBands = static_cast<Eigen::Index>(kMelBands);
constexpr auto kRows = static_cast<Eigen::Index>(kBarFeatures);
/// Of a beat after it, where the curves are read.
constexpr std::array kFractions{0.5, 0.25, 0.75};
/// Beats before and after a beat whose spectra are compared.
constexpr std::array<Eigen::Index, 4> kReaches{1, 2, 4, 8};

struct Bands {
  Eigen::Index begin;
  Eigen::Index end;
};
/// Where the change of the spectrum is harmony, bass and timbre.
constexpr std::array<Bands, 3> kShapes{{{4, 52}, {0, 14}, {52, kBands}}};
/// Registers whose level rises, as of OnsetCurves.
constexpr std::array<Bands, 3> kRegisters{{{0, 11}, {11, 42}, {42, kBands}}};
static_assert(kChanges == kReaches.size() * (kShapes.size() + kRegisters.size()));

double distance(const std::vector<double>& beats, std::size_t from, std::size_t to) {
  return to > from ? (beats[to] - beats[from]) / static_cast<double>(to - from) : 0;
}

/// The frames of a beat, and where its mean goes.
struct Piece {
  std::size_t begin;
  std::size_t end;
  std::size_t run;
  Eigen::Index column;
};

std::vector<Piece> pieces_of(std::span<const std::vector<double>> runs, std::size_t frames) {
  // The attack of a note belongs to its beat, and lies around it.
  const auto edge = [frames](double beat) {
    return static_cast<std::size_t>(
        std::clamp(std::floor(beat + 1.5), 0.0, static_cast<double>(frames)));
  };
  std::vector<Piece> pieces;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const auto& beats = runs[run];
    for (std::size_t i = 0; i < beats.size(); ++i) {
      const bool last = i + 1 == beats.size();
      const double next =
          last ? beats[i] + distance(beats, i - std::min<std::size_t>(i, 1), i) : beats[i + 1];
      pieces.push_back({edge(beats[i]), edge(next), run, static_cast<Eigen::Index>(i)});
    }
  }
  return pieces;
}

/// How the spectra change at each beat of a run.
Eigen::ArrayXXd changes_of(const Eigen::ArrayXXf& spectra) {
  const auto beats = spectra.cols();
  Eigen::ArrayXXd sums = Eigen::ArrayXXd::Zero(kBands, beats + 1);
  for (Eigen::Index i = 0; i < beats; ++i)
    sums.col(i + 1) = sums.col(i) + spectra.col(i).cast<double>();
  Eigen::ArrayXXd changes =
      Eigen::ArrayXXd::Zero(static_cast<Eigen::Index>(kChanges), std::max<Eigen::Index>(beats, 0));
  for (Eigen::Index i = 1; i < beats; ++i) {
    Eigen::Index row = 0;
    for (const auto reach : kReaches) {
      const auto from = std::max<Eigen::Index>(i - reach, 0);
      const auto to = std::min(i + reach, beats);
      const Eigen::ArrayXd change = (sums.col(to) - sums.col(i)) / static_cast<double>(to - i) -
                                    (sums.col(i) - sums.col(from)) / static_cast<double>(i - from);
      for (const auto& [begin, end] : kShapes) {
        const auto part = change.segment(begin, end - begin);
        changes(row++, i) = (part - part.mean()).abs().mean();
      }
      for (const auto& [begin, end] : kRegisters)
        changes(row++, i) = change.segment(begin, end - begin).mean();
    }
  }
  return changes;
}

void read_curves(const BeatCurves& curves, const std::vector<double>& beats,
                 Eigen::ArrayXXd& values) {
  constexpr auto kLater = static_cast<Eigen::Index>(kLaterCurves);
  for (std::size_t i = 0; i < beats.size(); ++i) {
    const double period =
        distance(beats, i - std::min<std::size_t>(i, 1), std::min(i + 1, beats.size() - 1));
    auto column = values.col(static_cast<Eigen::Index>(i));
    column.head(static_cast<Eigen::Index>(kBeatCurves)) = at_place(curves, beats[i]).cast<double>();
    auto row = static_cast<Eigen::Index>(kBeatCurves);
    for (const double fraction : kFractions) {
      column.segment(row, kLater) =
          at_place(curves, beats[i] + fraction * period).head(kLater).cast<double>();
      row += kLater;
    }
  }
}

}  // namespace

std::vector<Eigen::ArrayXXf> beat_spectra(const LogMelSpectrogram& log_mel,
                                          std::span<const std::vector<double>> runs,
                                          const std::stop_token& stop) {
  assert(log_mel.bands() == kMelBands);
  std::vector<Eigen::ArrayXXf> spectra;
  for (const auto& beats : runs)
    spectra.emplace_back(Eigen::ArrayXXf::Zero(kBands, static_cast<Eigen::Index>(beats.size())));
  const auto pieces = pieces_of(runs, log_mel.frames());
  if (pieces.empty()) return spectra;
  const float floor_db = log_mel.floor_db() + kAboveFloorDb;
  auto piece = pieces.begin();
  std::size_t t = 0;
  log_mel.for_each_frame_db([&](std::span<const float> frame) {
    if (t % 1024 == 0 && stop.stop_requested()) throw Stopped();
    while (piece != pieces.end() && t >= piece->end) ++piece;
    if (piece != pieces.end() && t >= piece->begin) {
      spectra[piece->run].col(piece->column) +=
          (Eigen::Map<const Eigen::ArrayXf>(frame.data(), kBands) - floor_db).max(0) /
          static_cast<float>(piece->end - piece->begin);
    }
    ++t;
  });
  return spectra;
}

std::vector<Eigen::ArrayXXd> bar_features(const BeatCurves& curves,
                                          std::span<const Eigen::ArrayXXf> spectra,
                                          std::span<const std::vector<double>> runs) {
  assert(spectra.size() == runs.size());
  std::vector<Eigen::ArrayXXd> of_runs;
  Eigen::ArrayXd sums = Eigen::ArrayXd::Zero(kRows);
  Eigen::ArrayXd squares = Eigen::ArrayXd::Zero(kRows);
  double total = 0;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    auto& values = of_runs.emplace_back(kRows, static_cast<Eigen::Index>(runs[run].size()));
    if (runs[run].empty()) continue;
    read_curves(curves, runs[run], values);
    values.bottomRows(static_cast<Eigen::Index>(kChanges)) = changes_of(spectra[run]);
    sums += values.rowwise().sum();
    squares += values.square().rowwise().sum();
    total += static_cast<double>(runs[run].size());
  }
  const Eigen::ArrayXd mean = sums / std::max(total, 1.0);
  const Eigen::ArrayXd deviation =
      (squares / std::max(total, 1.0) - mean.square()).max(0).sqrt() + 1e-6;
  for (auto& values : of_runs) values = (values.colwise() - mean).colwise() / deviation;
  return of_runs;
}

}  // namespace aura::dsp
