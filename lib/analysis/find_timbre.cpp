#include "find_timbre.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <span>

#include "aura/base/error.h"
#include "aura/dsp/dct.h"

namespace aura::analysis {
namespace {

/// A value per mel band.
using Bands = Eigen::ArrayXf;

constexpr Eigen::Index kCoefficients = 20;
/// Groups of bands whose texture is told apart.
constexpr Eigen::Index kGroups = 6;
/// Groups of bands whose levels tell the rhythm.
constexpr Eigen::Index kRegisters = 4;
/// Frames whose loudest cell is further below the loudest of the track are silence: it tells
/// nothing of how the track sounds.
constexpr float kSilenceDb = 60;
/// Added to what may be 0 before a logarithm or a division, in dB or its square: less than can be
/// heard.
constexpr double kLeast = 1e-2;

/// One of `count` groups of neighbouring bands, as equal as can be.
struct Group {
  Group(Eigen::Index index, Eigen::Index count, Eigen::Index bands)
      : begin(index * bands / count), size((index + 1) * bands / count - begin) {}

  Eigen::Index begin;
  Eigen::Index size;
};

/// A sum over frames, by band.
class BandSum {
 public:
  explicit BandSum(Eigen::Index bands)
      : recent_(Bands::Zero(bands)), total_(Eigen::ArrayXd::Zero(bands)) {}

  template <typename Values>
  void add(const Values& values) {
    recent_ += values;
    // Single precision adds up few frames exactly enough.
    if (++added_ % 256 == 0) carry();
  }
  const Eigen::ArrayXd& total() {
    carry();
    return total_;
  }
  double total_of(const Group& group) { return total().segment(group.begin, group.size).sum(); }

 private:
  void carry() {
    total_ += recent_.cast<double>();
    recent_.setZero();
  }

  Bands recent_;
  Eigen::ArrayXd total_;
  std::size_t added_ = 0;
};

/// How much the level of each register moves, by octave from 16 Hz down to 0.5 Hz.
class Movement {
 public:
  using Levels = Eigen::Array<double, kRegisters, 1>;
  static constexpr std::size_t kOctaves = 6;

  Movement() {
    sums_.fill(Levels::Zero());
    squares_.fill(Levels::Zero());
  }

  void add(const Levels& levels_db) {
    const Levels sum = sum_at(frames_) + levels_db;
    sums_.at(++frames_ % sums_.size()) = sum;
    for (std::size_t octave = 0; octave < kOctaves; ++octave) {
      const std::size_t length = std::size_t{1} << octave;
      if (frames_ < 2 * length) break;
      const Levels difference =
          (sum - 2 * sum_at(frames_ - length) + sum_at(frames_ - 2 * length)) /
          static_cast<double>(length);
      squares_.at(octave) += difference.square() / 2;
    }
  }

  /// Half the mean square of the difference, in dB, between the mean of 2^`octave` frames and that
  /// of as many before them. What a track is too short for is as at the next octave up.
  Levels mean_square(std::size_t octave) const {
    while (octave > 0 && frames_ < std::size_t{2} << octave) --octave;
    const std::size_t length = std::size_t{2} << octave;
    return squares_.at(octave) / static_cast<double>(std::max(frames_, length) - length + 1);
  }

 private:
  const Levels& sum_at(std::size_t frame) const { return sums_.at(frame % sums_.size()); }

  std::array<Levels, std::size_t{2} << kOctaves> sums_{};  // of the frames before each
  std::array<Levels, kOctaves> squares_{};
  std::size_t frames_ = 0;
};

/// What is told by the frames that sound.
class FrameStatistics {
 public:
  explicit FrameStatistics(Eigen::Index bands)
      : bands_(bands),
        levels_(bands),
        slopes_(bands - 1),
        moves_(bands),
        squares_(bands),
        squared_rises_(bands) {}

  void add(const Bands& frame_db) {
    ++frames_;
    levels_.add(frame_db);
    slopes_.add((frame_db.tail(bands_ - 1) - frame_db.head(bands_ - 1)).abs());
    Movement::Levels levels;
    for (Eigen::Index i = 0; i < kRegisters; ++i) {
      const Group group(i, kRegisters, bands_);
      levels(i) = static_cast<double>(frame_db.segment(group.begin, group.size).mean());
    }
    movement_.add(levels);
    if (frames_ > 1) {
      move_ = frame_db - before_;
      moves_.add(move_.abs());
      squares_.add(move_.square());
      squared_rises_.add(move_.max(0).square());
    }
    before_ = frame_db;
  }

  /// The cepstrum of the mean frame, without the first coefficient, which is the level.
  Eigen::ArrayXd envelope() {
    return dsp::dct2(levels_.total() / std::max(frames_, 1.0), kCoefficients)
        .tail(kCoefficients - 1);
  }

  /// By group of bands the roughness from a band to the next, then the same of moves from a frame
  /// to the next, against it. Tones are rough and steady, noise and strokes the other way round.
  Eigen::ArrayXd texture() {
    Eigen::ArrayXd texture(2 * kGroups);
    for (Eigen::Index i = 0; i < kGroups; ++i) {
      const Group group(i, kGroups, bands_);
      const auto size = static_cast<double>(group.size);
      const double slopes = slopes_.total().segment(group.begin, group.size - 1).sum();
      const double roughness = slopes / (std::max(frames_, 1.0) * (size - 1)) + kLeast;
      const double move = moves_.total_of(group) / (std::max(frames_ - 1, 1.0) * size) + kLeast;
      texture(i) = std::log10(roughness);
      texture(kGroups + i) = std::log10(move / roughness);
    }
    return texture;
  }

  /// The share of rises in all squared moves: high where sounds begin suddenly and fade.
  double attack() {
    double sum = 0;
    for (Eigen::Index i = 0; i < kGroups; ++i) {
      const Group group(i, kGroups, bands_);
      const double least = kLeast * std::max(frames_ - 1, 1.0) * static_cast<double>(group.size);
      sum += squared_rises_.total_of(group) / (squares_.total_of(group) + least);
    }
    return sum / static_cast<double>(kGroups);
  }

  const Movement& movement() const noexcept { return movement_; }

 private:
  Eigen::Index bands_;
  double frames_ = 0;
  BandSum levels_;
  BandSum slopes_;
  BandSum moves_;
  BandSum squares_;
  BandSum squared_rises_;
  Movement movement_;
  Bands before_;
  Bands move_;
};

/// What chroma tells whatever the key.
struct Harmony {
  std::array<double, dsp::kPitchClasses / 2> periods{};  ///< of the mean chroma's transform
  double change = 0;     ///< mean of 1 - cosine between blocks that follow each other
  double clearness = 0;  ///< mean share of the strongest pitch class in the length of a block
};

Harmony harmony_of(std::span<const dsp::ChromaBlock> blocks) {
  using Chroma = Eigen::Array<double, dsp::kPitchClasses, 1>;
  Harmony harmony;
  Chroma sum = Chroma::Zero();
  Chroma before = Chroma::Zero();
  double count = 0;
  double pairs = 0;
  for (const auto& block : blocks) {
    Chroma chroma =
        Eigen::Map<const Eigen::Array<float, dsp::kPitchClasses, 1>>(block.data()).cast<double>();
    if (const double length = chroma.matrix().norm(); length > 0) {
      sum += chroma / chroma.sum();
      chroma /= length;
      harmony.clearness += chroma.maxCoeff();
      ++count;
      if (before.maxCoeff() > 0) {
        harmony.change += 1 - chroma.matrix().dot(before.matrix());
        ++pairs;
      }
    }
    before = chroma;
  }
  if (count == 0) return harmony;
  harmony.clearness /= count;
  harmony.change /= std::max(pairs, 1.0);
  for (std::size_t k = 0; k < harmony.periods.size(); ++k) {
    std::complex<double> transform = 0;
    for (Eigen::Index n = 0; n < sum.size(); ++n) {
      const double turns = static_cast<double>(k + 1) * static_cast<double>(n) / dsp::kPitchClasses;
      transform += sum(n) / count * std::polar(1.0, 2 * std::numbers::pi * turns);
    }
    harmony.periods.at(k) = std::abs(transform);
  }
  return harmony;
}

}  // namespace

Timbre find_timbre(const dsp::LogMelSpectrogram& log_mel, const dsp::TunedChroma& chroma,
                   const std::stop_token& stop) {
  const auto bands = static_cast<Eigen::Index>(log_mel.bands());
  const float floor_db = log_mel.floor_db();
  const float least_db = floor_db + dsp::kMelRangeDb - kSilenceDb;
  FrameStatistics frames(bands);
  std::size_t visited = 0;
  Bands frame_db(bands);
  log_mel.for_each_frame_db([&](std::span<const float> db) {
    if (visited++ % 1024 == 0 && stop.stop_requested()) throw Stopped();
    frame_db = Eigen::Map<const Bands>(db.data(), bands).max(floor_db);
    if (frame_db.maxCoeff() >= least_db) frames.add(frame_db);
  });

  Timbre timbre;
  std::size_t size = 0;
  const auto put = [&](double value) { timbre.values.at(size++) = static_cast<float>(value); };
  const auto put_all = [&](const auto& values) {
    for (const double value : values) put(value);
  };
  put_all(frames.envelope());
  put_all(frames.texture());
  for (std::size_t octave = 0; octave < Movement::kOctaves; ++octave)
    put_all((frames.movement().mean_square(octave) + kLeast).log10().eval());
  put(frames.attack());
  const auto harmony = harmony_of(chroma.blocks);
  put_all(harmony.periods);
  put(harmony.change);
  put(harmony.clearness);
  assert(size == kTimbreSize);
  return timbre;
}

}  // namespace aura::analysis
