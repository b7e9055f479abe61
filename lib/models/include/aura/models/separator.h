#pragma once

#include <complex>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "aura/models/spleeter.h"

namespace aura::models {

/// How much of a track is voice, as the masks have it.
struct VoiceShare {
  std::size_t sounding = 0;  ///< frames that are not silent
  std::size_t sung = 0;      ///< of these, frames whose voice is at least kSungDb against the rest
  double voice = 0;          ///< energy of the voice in sung frames
  double rest = 0;           ///< energy of the rest in sung frames

  static constexpr double kSungDb = -20;

  VoiceShare& operator+=(const VoiceShare& other) noexcept;
  /// Returns the part of the sounding frames that is sung; 0 if all is silent.
  double share() const noexcept;
  /// Returns the voice's level against the rest while there is singing, from -100 to 100 dB; -100
  /// if there is none.
  double level_db() const noexcept;
};

/// Separates a stereo track at 44.1 kHz into vocals and accompaniment, in a stream.
///
/// Masks Fourier transforms of 4096 samples, 1024 apart, and transforms them back. The vocals are
/// the original's: they end at bin Unet::kBins, 11 kHz. The accompaniment is the rest of the track,
/// so that both add up to it; in the original it ends at 11 kHz, too.
///
/// Not thread-safe.
class Separator {
 public:
  static constexpr int kSampleRateHz = 44'100;
  static constexpr std::size_t kFftSize = 4096;
  static constexpr std::size_t kHopLength = 1024;

  /// Writes to `mask` which part of the `magnitudes` of a segment is the voice, as Spleeter::run.
  using FindVoice = std::function<void(std::span<const float> magnitudes, std::span<float> mask)>;
  /// Two stems of the next part of the track: left and right samples in turn. Valid until the
  /// function that gets them returns.
  struct Stems {
    std::span<const float> vocals;
    std::span<const float> accompaniment;
    VoiceShare voice;  ///< of this part
  };
  using OnStems = std::function<void(const Stems&)>;

  /// The caller keeps `model` alive. Takes 62 MB.
  explicit Separator(const Spleeter& model);
  /// Takes masks from elsewhere. This machine must be able to run `lanes`. The caller keeps it
  /// alive.
  explicit Separator(FindVoice find_voice, const Lanes& lanes = fastest_lanes());

  /// Takes the next samples, left and right in turn: an even number of finite values, magnitudes up
  /// to 1e6. Calls `on_stems` for each segment of 11.9 s that they complete. Throws what `on_stems`
  /// throws, after which this object is of no further use.
  void push(std::span<const float> samples, const OnStems& on_stems);
  /// Ends the track: calls `on_stems` for the rest. Altogether the stems are as long as the track.
  /// Push nothing afterwards. Throws what `on_stems` throws.
  void finish(const OnStems& on_stems);

 private:
  using Complex = std::complex<float>;

  void separate(std::size_t frames, std::size_t samples, const OnStems& on_stems);
  void fourier();
  void transform(std::size_t frame);
  void mask_and_add(std::size_t frame, VoiceShare& voice);
  void transform_back(std::size_t frame);

  FindVoice find_voice_;
  const Lanes& lanes_;
  std::vector<float> window_;
  std::vector<float> roots_;  // FourierTables
  std::vector<float> turns_;
  std::vector<float> re_;  // of a transform
  std::vector<float> im_;
  std::vector<float> samples_;    // from the segment's first frame on
  std::vector<float> vocals_;     // of the same time; the end still lacks what later frames add
  std::vector<Complex> spectra_;  // [frames][kChannels][kBins]
  std::vector<float> magnitudes_;
  std::vector<float> mask_;
  std::size_t pushed_ = 0;  // values of samples_ that are known
  bool is_first_ = true;
};

}  // namespace aura::models
