#pragma once

namespace aura::analysis {

/// The progress of a job in percent after each step. Front ends draw it.
namespace step {
inline constexpr int kDownloaded = 10;
inline constexpr int kDecoded = 20;
inline constexpr int kSpectra = 30;
inline constexpr int kOnsets = 40;
inline constexpr int kTempo = 50;
inline constexpr int kLyrics = 60;
inline constexpr int kScores = 70;
inline constexpr int kRecommendations = 80;
}  // namespace step

}  // namespace aura::analysis
