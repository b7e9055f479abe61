#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "aura/models/log_mels.h"
#include "aura/models/tagger.h"

namespace aura::models {

/// What the networks say of one patch of a track.
struct TaggedPatch {
  double start_s = 0;
  std::array<float, Tagger::kTags> scores{};
};

/// What the networks say of a whole track: means over patches.
struct TrackTags {
  std::array<float, Tagger::kTags> scores{};
  std::array<float, Tagger::kEmbedding> embedding{};
  std::vector<TaggedPatch> patches;  ///< none if the track is silent; the means are then 0
};

/// Tags a track whose samples arrive block by block. Cuts it into patches of three seconds, leaves
/// out silent ones, keeps some spread evenly over the rest, and at the end runs the networks on
/// them. Patches 20 dB below the mean of those are left out as well. A track shorter than a patch
/// is filled up with silence; otherwise an incomplete patch at the end doesn't count.
///
/// Takes some 2 MB, however long the track is, if `patches` is 8. With kEveryPatch runs the
/// networks as samples arrive, and takes 2 KB for each patch. Not thread-safe.
class TrackTagger {
 public:
  /// The default of `patches`.
  static constexpr std::size_t kPatches = 8;
  /// The largest `patches`: some 20 MB.
  static constexpr std::size_t kMostPatches = 128;
  /// As `patches`: every patch that sounds.
  static constexpr std::size_t kEveryPatch = 0;

  /// Runs the networks on at most `patches` patches, up to kMostPatches, or kEveryPatch.
  /// `sample_rate_hz` is 22,050 or 16,000. The caller keeps `tagger` alive.
  TrackTagger(const Tagger& tagger, int sample_rate_hz, std::size_t patches = kPatches);

  /// Takes the next samples: mono, magnitudes up to 1e7.
  void push(std::span<const float> samples);
  /// Ends the track. Push nothing afterwards. Throws Stopped before the next patch if `stop` is
  /// requested.
  TrackTags finish(const std::stop_token& stop = {});

 private:
  struct Kept {
    std::size_t place;                     // of the patch in the track
    double power;                          // of its bands
    std::vector<float> bands;              // until the networks have run
    std::optional<Tagger::Result> result;  // once they have
  };

  void take(std::span<const float> bands);
  void end_patch();
  void keep();
  void leave_out_quiet();
  void thin_out();

  const Tagger& tagger_;
  std::size_t most_;
  LogMels mels_;
  Musicnn::Scratch scratch_;
  std::vector<float> patch_;  // the frames so far of the next patch
  std::vector<Kept> kept_;    // one of every step_ patches that sound
  std::size_t step_ = 1;
  std::size_t sounding_ = 0;  // patches so far that sound
  std::size_t patches_ = 0;   // all patches so far
};

}  // namespace aura::models
