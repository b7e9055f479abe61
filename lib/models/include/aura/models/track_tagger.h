#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "aura/models/log_mels.h"
#include "aura/models/tagger.h"

namespace aura::models {

/// What the networks say of a whole track: means over patches.
struct TrackTags {
  std::array<float, Tagger::kTags> scores{};
  std::array<float, Tagger::kEmbedding> embedding{};
  std::size_t patches = 0;  ///< 0 if the track is silent; scores and embedding are then 0
};

/// Tags a track whose samples arrive block by block. Cuts it into patches of three seconds, leaves
/// out silent ones, keeps some spread evenly over the rest, and at the end runs the networks on
/// them. Patches 20 dB below the mean of those are left out as well. A track shorter than a patch
/// is filled up with silence; otherwise an incomplete patch at the end doesn't count.
///
/// Takes some 2 MB, however long the track is, if `patches` is 8. Not thread-safe.
class TrackTagger {
 public:
  /// The default of `patches`.
  static constexpr std::size_t kPatches = 8;

  /// Runs the networks on at most `patches` patches, at least 1. `sample_rate_hz` is 22,050 or
  /// 16,000. The caller keeps `tagger` alive.
  TrackTagger(const Tagger& tagger, int sample_rate_hz, std::size_t patches = kPatches);

  /// Takes the next samples: mono, magnitudes up to 1e6.
  void push(std::span<const float> samples);
  /// Ends the track. Push nothing afterwards.
  TrackTags finish();

 private:
  using Patch = std::vector<float>;

  void take(std::span<const float> bands);
  void keep();
  void leave_out_quiet();
  void thin_out();

  const Tagger& tagger_;
  std::size_t most_;
  LogMels mels_;
  Patch patch_;              // the frames so far of the next patch
  std::vector<Patch> kept_;  // one of every step_ patches that sound
  std::size_t step_ = 1;
  std::size_t sounding_ = 0;  // patches so far that sound
  bool has_patch_ = false;    // whether a patch was complete
};

}  // namespace aura::models
