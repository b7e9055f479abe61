#include "find_structure.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <set>

#include "aura/base/error.h"
#include "aura/dsp/dct.h"
#include "aura/dsp/framing.h"
#include "aura/dsp/segments.h"

namespace aura::analysis {
namespace {

/// More columns take time that tells no more: in tracks above six minutes a column is several
/// blocks.
constexpr std::size_t kMostColumns = 1024;
constexpr double kShortestSeconds = 7;
constexpr std::size_t kShortestColumns = 4;
static_assert(kMostColumns / kShortestColumns <= kMaxSections);
constexpr Eigen::Index kCoefficients = 13;
/// A part that is only louder is hardly another part.
constexpr float kLoudness = 0.3F;
/// In mean squared distances of a column from the mean of the track: what a new section has to
/// explain.
constexpr double kPenalty = 7.5;
/// In the root of the same: sections nearer than this have one label.
constexpr float kApart = 0.5F;

/// The columns of a track: `each` blocks of chroma, and the frames of the spectrogram in them.
struct Columns {
  std::size_t count;
  std::size_t each;

  double seconds() const { return static_cast<double>(each) * dsp::kChromaBlockSeconds; }
  Eigen::Index of_block(std::size_t block) const {
    return static_cast<Eigen::Index>(std::min(block / each, count - 1));
  }
};

/// Scales to a mean squared distance of 1 from the mean of all columns.
void normalise(Eigen::MatrixXf& features) {
  features.colwise() -= features.rowwise().mean().eval();
  const float squares = features.squaredNorm() / static_cast<float>(features.cols());
  if (squares > 0) features /= std::sqrt(squares);
}

/// The harmony of each column, [pitch classes][columns].
Eigen::MatrixXf harmony_of(const dsp::TunedChroma& chroma, const Columns& columns) {
  Eigen::MatrixXf harmony =
      Eigen::MatrixXf::Zero(dsp::kPitchClasses, static_cast<Eigen::Index>(columns.count));
  for (std::size_t i = 0; i < chroma.blocks.size(); ++i) {
    const auto& block = chroma.blocks[i];
    const Eigen::ArrayXf roots =
        Eigen::Map<const Eigen::ArrayXf>(block.data(), dsp::kPitchClasses).sqrt();
    const float length = roots.matrix().norm();
    if (length > 0) harmony.col(columns.of_block(i)) += (roots / length).matrix();
  }
  harmony /= static_cast<float>(columns.each);
  return harmony;
}

/// The mean cepstrum of each column, [kCoefficients][columns].
Eigen::MatrixXf sound_of(const dsp::LogMelSpectrogram& log_mel, const Columns& columns,
                         const std::stop_token& stop) {
  constexpr double kFramesPerBlock = dsp::kChromaBlockSeconds / dsp::kFrameSeconds;
  const auto bands = static_cast<Eigen::Index>(log_mel.bands());
  const float floor_db = log_mel.floor_db();
  Eigen::MatrixXf sums = Eigen::MatrixXf::Zero(bands, static_cast<Eigen::Index>(columns.count));
  Eigen::RowVectorXf counts = Eigen::RowVectorXf::Zero(sums.cols());
  std::size_t frame = 0;
  log_mel.for_each_frame_db([&](std::span<const float> db) {
    if (frame % 1024 == 0 && stop.stop_requested()) throw Stopped();
    const auto column =
        columns.of_block(static_cast<std::size_t>(static_cast<double>(frame) / kFramesPerBlock));
    sums.col(column).array() += Eigen::Map<const Eigen::ArrayXf>(db.data(), bands).max(floor_db);
    counts(column) += 1;
    ++frame;
  });
  sums.array().rowwise() /= counts.array().max(1);
  Eigen::MatrixXf sound = dsp::dct2_matrix(bands, kCoefficients).cast<float>() * sums;
  sound.row(0) *= kLoudness;
  return sound;
}

std::string letters_of(std::size_t label) {
  std::string letters;
  for (std::size_t rest = label + 1; rest > 0; rest = (rest - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  return letters;
}

double intro_of(const std::vector<Section>& sections) {
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto is_same = [&](const Section& other) { return other.label == sections[i].label; };
    if (std::any_of(sections.begin() + static_cast<std::ptrdiff_t>(i) + 1, sections.end(), is_same))
      return sections[i].start_s;
  }
  return 0;
}

}  // namespace

Structure find_structure(const dsp::LogMelSpectrogram& log_mel, const dsp::TunedChroma& chroma,
                         double duration_s, const std::stop_token& stop) {
  if (duration_s <= 0) return {};
  const std::size_t blocks = chroma.blocks.size();
  if (blocks == 0) return {{{0, duration_s, "A"}}, 0};
  const std::size_t each = (blocks + kMostColumns - 1) / kMostColumns;
  const Columns columns{std::max<std::size_t>(blocks / each, 1), each};

  Eigen::MatrixXf harmony = harmony_of(chroma, columns);
  Eigen::MatrixXf sound = sound_of(log_mel, columns, stop);
  normalise(harmony);
  normalise(sound);
  Eigen::MatrixXf features(harmony.rows() + sound.rows(), harmony.cols());
  features << harmony, sound;
  features /= std::sqrt(2.0F);

  const auto least =
      std::max(kShortestColumns, static_cast<std::size_t>(kShortestSeconds / columns.seconds()));
  const auto begins = dsp::segments_of(features, kPenalty, least);
  Eigen::MatrixXf means(features.rows(), static_cast<Eigen::Index>(begins.size()));
  Eigen::VectorXf sizes(means.cols());
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const auto size = (i + 1 < begins.size() ? begins[i + 1] : columns.count) - begins[i];
    const auto at = static_cast<Eigen::Index>(i);
    means.col(at) =
        features.middleCols(static_cast<Eigen::Index>(begins[i]), static_cast<Eigen::Index>(size))
            .rowwise()
            .mean();
    sizes(at) = static_cast<float>(size);
  }
  const auto labels = dsp::labels_of(means, sizes, kApart);

  Structure structure;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    if (i > 0 && labels[i] == labels[i - 1]) continue;
    const double start_s = static_cast<double>(begins[i]) * columns.seconds();
    if (i > 0) structure.sections.back().end_s = start_s;
    structure.sections.push_back({start_s, duration_s, letters_of(labels[i])});
  }
  structure.intro_s = intro_of(structure.sections);
  return structure;
}

}  // namespace aura::analysis
