#pragma once

#include <optional>
#include <stop_token>
#include <string_view>

#include "aura/analysis/report.h"
#include "aura/audio/decoder.h"
#include "aura/base/spool.h"

namespace aura::analysis {

/// How far a job is, in percent, when a step is done; front ends draw these. Features report 30 and
/// 40 before the last of them.
namespace step {
inline constexpr int kDownloaded = 10;
inline constexpr int kDecoded = 20;
inline constexpr int kMeasured = 50;
inline constexpr int kLyrics = 60;
inline constexpr int kScores = 70;
inline constexpr int kRecommendations = 80;
inline constexpr int kSimilarHits = 90;
}  // namespace step

struct Track {
  const Spool& file;                         ///< an audio file, whole
  std::optional<std::string_view> lyrics{};  ///< UTF-8
  bool lyrics_cut = false;                   ///< there was more text than these lyrics
};

/// The whole analysis of one track, from the bytes of its file to the report. Decoding and the pass
/// over the samples are one, so memory stays the same for a track of any length but for what
/// FeatureExtractor and audio::decode say of theirs. Knows no database and
/// no network; any number of threads may call it at once. `on_step` is called with each percentage
/// reached, in order, from the calling thread. Throws JobError for a file that can't be analysed,
/// Stopped soon after `stop` asks.
Report analyze(const Track& track, const audio::Decoder& decoder, const audio::DecodeLimits& limits,
               const OnProgress& on_step = {}, const std::stop_token& stop = {});

}  // namespace aura::analysis
