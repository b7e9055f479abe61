#include "aura/analysis/pictures.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <span>

#include "aura/base/error.h"
#include "aura/dsp/dct.h"
#include "aura/dsp/framing.h"
#include "draw.h"

namespace aura::analysis {
namespace {

constexpr double kSlowestBpm = 30;
constexpr double kFastestBpm = 300;
/// 10 log10 of the least power that there is: the level of silence.
constexpr float kSilentDb = -100;

std::int8_t signed_byte(double value) {
  return static_cast<std::int8_t>(std::lround(127 * std::clamp(value, -1.0, 1.0)));
}

/// `value` of 0 to 1.
std::uint8_t byte(double value) {
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0, 1.0)));
}

/// The mean dB of each band over the frames of each column, [bands][columns], cut at the floor.
Eigen::MatrixXf mean_columns(const dsp::LogMelSpectrogram& log_mel, const std::stop_token& stop) {
  const std::size_t frames = log_mel.frames();
  const std::size_t columns = std::min(frames, Pictures::kMostSpectrumColumns);
  const auto bands = static_cast<Eigen::Index>(log_mel.bands());
  const float floor_db = log_mel.floor_db();
  Eigen::MatrixXf sums = Eigen::MatrixXf::Zero(bands, static_cast<Eigen::Index>(columns));
  Eigen::RowVectorXf counts = Eigen::RowVectorXf::Zero(sums.cols());
  std::size_t frame = 0;
  log_mel.for_each_frame_db([&](std::span<const float> db) {
    if (frame % 1024 == 0 && stop.stop_requested()) throw Stopped();
    const auto column = static_cast<Eigen::Index>(frame * columns / frames);
    sums.col(column).array() += Eigen::Map<const Eigen::ArrayXf>(db.data(), bands).max(floor_db);
    counts(column) += 1;
    ++frame;
  });
  return sums.array().rowwise() / counts.array();
}

void draw_waveform(Pictures& pictures, const dsp::Waveform& waveform) {
  const auto columns = waveform.columns(Pictures::kMostCurveColumns);
  pictures.low.reserve(columns.size());
  pictures.high.reserve(columns.size());
  for (const auto& [low, high] : columns) {
    pictures.low.push_back(signed_byte(static_cast<double>(low)));
    pictures.high.push_back(signed_byte(static_cast<double>(high)));
  }
}

void draw_spectrogram(Pictures& pictures, const Eigen::MatrixXf& mel_db, float floor_db) {
  const auto merged = mel_db.rows() / static_cast<Eigen::Index>(Pictures::kBands);
  // Column-major, so that what becomes one band is neighbours.
  const Eigen::RowVectorXf bands_db =
      Eigen::Map<const Eigen::MatrixXf>(mel_db.data(), merged, mel_db.size() / merged)
          .colwise()
          .mean();
  const float loudest_db = bands_db.maxCoeff();
  if (loudest_db > kSilentDb) {
    pictures.range_db = std::max(1.0, static_cast<double>(loudest_db - floor_db));
  } else {
    floor_db = kSilentDb;
  }
  pictures.spectrogram.reserve(static_cast<std::size_t>(bands_db.size()));
  for (const float db : bands_db)
    pictures.spectrogram.push_back(byte(static_cast<double>(db - floor_db) / pictures.range_db));
}

void draw_mfcc(Pictures& pictures, const Eigen::MatrixXf& mel_db) {
  constexpr auto kCount = static_cast<Eigen::Index>(Pictures::kCoefficients);
  Eigen::ArrayXXd mfcc = dsp::dct2_matrix(mel_db.rows(), kCount) * mel_db.cast<double>();
  mfcc.colwise() -= mfcc.rowwise().mean().eval();
  // Of less than 1 dB nothing is heard: it is not blown up.
  const Eigen::ArrayXd farthest = mfcc.abs().rowwise().maxCoeff().max(1);
  for (Eigen::Index k = 0; k < kCount; ++k)
    pictures.mfcc_scale.at(static_cast<std::size_t>(k)) = farthest(k) / 127;
  mfcc.colwise() /= farthest;
  pictures.mfcc.reserve(static_cast<std::size_t>(mfcc.size()));
  for (const double value : mfcc.reshaped()) pictures.mfcc.push_back(signed_byte(value));
}

void draw_onsets(Pictures& pictures, std::span<const float> onsets) {
  std::vector<float> strongest(std::min(onsets.size(), Pictures::kMostCurveColumns));
  for (std::size_t t = 0; t < onsets.size(); ++t) {
    float& column = strongest[t * strongest.size() / onsets.size()];
    column = std::max(column, onsets[t]);
  }
  const float most = *std::max_element(strongest.begin(), strongest.end());
  pictures.onsets.reserve(strongest.size());
  for (const float onset : strongest)
    pictures.onsets.push_back(most > 0 ? byte(static_cast<double>(onset / most)) : 0);
}

void draw_tempi(Pictures& pictures, const Eigen::ArrayXd& self_similarity) {
  const auto slowest = static_cast<Eigen::Index>(dsp::kFramesPerMinute / kSlowestBpm);
  const auto fastest = static_cast<Eigen::Index>(std::ceil(dsp::kFramesPerMinute / kFastestBpm));
  for (Eigen::Index lag = slowest; lag >= fastest; --lag) {
    pictures.tempi.push_back({dsp::kFramesPerMinute / static_cast<double>(lag),
                              std::clamp(self_similarity(lag), 0.0, 1.0)});
  }
}

double rounded(double value, double steps) {
  return std::round(value * steps) / steps;
}

/// Cuts off the digits that nobody can see, so that JSON is short.
void round(Pictures& pictures) {
  pictures.duration_s = rounded(pictures.duration_s, 1000);
  pictures.range_db = rounded(pictures.range_db, 10);
  for (double& scale : pictures.mfcc_scale) scale = rounded(scale, 1e4);
  for (auto& [bpm, strength] : pictures.tempi) {
    bpm = rounded(bpm, 10);
    strength = rounded(strength, 1000);
  }
}

}  // namespace

Pictures draw(const dsp::Waveform& waveform, const dsp::LogMelSpectrogram& log_mel,
              const FoundRhythm& rhythm, const std::stop_token& stop) {
  Pictures pictures;
  pictures.duration_s = static_cast<double>(waveform.samples()) / dsp::kSampleRateHz;
  pictures.highest_hz = dsp::kSampleRateHz / 2.0;
  const Eigen::MatrixXf mel_db = mean_columns(log_mel, stop);
  draw_waveform(pictures, waveform);
  draw_spectrogram(pictures, mel_db, log_mel.floor_db());
  draw_mfcc(pictures, mel_db);
  draw_onsets(pictures, rhythm.onsets);
  draw_tempi(pictures, rhythm.self_similarity);
  round(pictures);
  return pictures;
}

}  // namespace aura::analysis
