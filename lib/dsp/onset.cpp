#include "aura/dsp/onset.h"

#include <algorithm>
#include <span>

#include "aura/base/error.h"

namespace aura::dsp {
namespace {

/// Reorders `values`.
float median(std::span<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

}  // namespace

std::vector<float> onset_envelope(const LogMelSpectrogram& log_mel, std::size_t delay_frames,
                                  const std::stop_token& stop) {
  std::vector<float> envelope(log_mel.frames(), 0.0F);
  std::vector<float> rise_db(log_mel.bands());
  const float floor_db = log_mel.floor_db();
  for (std::size_t i = 1; i + delay_frames < log_mel.frames(); ++i) {
    if (stop.stop_requested()) throw Stopped();
    const auto before = log_mel.frame_db(i - 1);
    const auto now = log_mel.frame_db(i);
    for (std::size_t band = 0; band < rise_db.size(); ++band) {
      const float rise = std::max(now[band], floor_db) - std::max(before[band], floor_db);
      rise_db[band] = std::max(rise, 0.0F);
    }
    envelope[i + delay_frames] = median(rise_db);
  }
  return envelope;
}

}  // namespace aura::dsp
