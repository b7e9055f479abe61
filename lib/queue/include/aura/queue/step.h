#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace aura::queue {

// The steps of a job and how far each brings it. All functions here are thread-safe.

/// A step of a job, in the order of its work.
enum class Step {
  kDownloading,
  kDecoding,
  kMeasuring,  ///< also reports 30 and 40 percent
  kWeighingLyrics,
  kScoring,
  kRecommending,
  kFindingHits,
  kSaving,
};

struct StepInfo {
  Step step;
  int percent;             ///< `progress` of the job's row when the step begins.
  std::string_view name;   ///< `currentStep` of the HTTP routes.
  std::string_view stage;  ///< Stage of metrics and logs; empty: too short to be measured.
};

inline constexpr std::array kSteps{
    StepInfo{Step::kDownloading, 0, "Downloading", "fetch"},
    StepInfo{Step::kDecoding, 10, "Decoding", "decode"},
    StepInfo{Step::kMeasuring, 20, "Measuring", "features"},
    StepInfo{Step::kWeighingLyrics, 50, "Weighing the lyrics", ""},
    StepInfo{Step::kScoring, 60, "Scoring", ""},
    StepInfo{Step::kRecommending, 70, "Writing recommendations", ""},
    StepInfo{Step::kFindingHits, 80, "Finding similar hits", ""},
    StepInfo{Step::kSaving, 90, "Saving", "save"},
};
/// `progress` of a completed job's row.
inline constexpr int kCompletedPercent = 100;

/// Returns the `progress` with which `step` begins.
constexpr int percent_at(Step step) noexcept {
  return kSteps[static_cast<std::size_t>(step)].percent;
}

/// Returns the step of a job whose row shows `progress`, in percent.
constexpr const StepInfo& step_at(int progress) noexcept {
  std::size_t i = 0;
  while (i + 1 < kSteps.size() && kSteps[i + 1].percent <= progress) ++i;
  return kSteps[i];
}

/// Returns the `progress` with which `stage` ends; 0 if no step has this stage.
constexpr int end_of_stage(std::string_view stage) noexcept {
  int end = 0;
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    if (kSteps[i].stage == stage)
      end = i + 1 < kSteps.size() ? kSteps[i + 1].percent : kCompletedPercent;
  }
  return end;
}

}  // namespace aura::queue
