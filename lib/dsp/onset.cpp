#include "aura/dsp/onset.h"

#include <algorithm>
#include <limits>
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
  // Nothing rises into the first frame: there is no louder one before it.
  std::vector<float> before(log_mel.bands(), std::numeric_limits<float>::max());
  std::vector<float> rise_db(log_mel.bands());
  const float floor_db = log_mel.floor_db();
  std::size_t at = delay_frames;
  log_mel.for_each_frame_db([&](std::span<const float> now) {
    if (stop.stop_requested()) throw Stopped();
    if (at >= envelope.size()) return;
    for (std::size_t band = 0; band < rise_db.size(); ++band) {
      const float rise = std::max(now[band], floor_db) - std::max(before[band], floor_db);
      rise_db[band] = std::max(rise, 0.0F);
    }
    std::copy(now.begin(), now.end(), before.begin());
    envelope[at++] = median(rise_db);
  });
  return envelope;
}

}  // namespace aura::dsp
