#include "aura/dsp/onset.h"

#include <algorithm>
#include <limits>
#include <span>

#include "aura/base/error.h"
#include "aura/dsp/median_network.h"

namespace aura::dsp {

std::vector<float> onset_envelope(const LogMelSpectrogram& log_mel, std::size_t delay_frames,
                                  const std::stop_token& stop, const Lanes& lanes) {
  const std::size_t bands = log_mel.bands();
  const auto network = median_network(bands);
  std::vector<float> envelope(log_mel.frames(), 0.0F);
  // A frame and as many after it as there are lanes. Nothing rises into the track's first frame:
  // before it stands one that nothing is louder than.
  std::vector<float> frames_db((1 + lanes.floats) * bands, std::numeric_limits<float>::max());
  std::vector<float> rises(bands * lanes.floats);
  std::vector<float> medians(lanes.floats);
  const float floor_db = log_mel.floor_db();
  std::size_t at = std::min(delay_frames, envelope.size());
  std::size_t waiting = 0;
  const auto take_medians = [&] {
    lanes.median_rises(frames_db.data(), bands, floor_db, network.data(), network.size(),
                       rises.data(), medians.data());
    const std::size_t count = std::min(waiting, envelope.size() - at);
    std::copy_n(medians.begin(), count, envelope.begin() + static_cast<std::ptrdiff_t>(at));
    at += count;
    std::copy_n(frames_db.end() - static_cast<std::ptrdiff_t>(bands), bands, frames_db.begin());
    waiting = 0;
  };
  log_mel.for_each_frame_db([&](std::span<const float> frame) {
    ++waiting;
    std::copy(frame.begin(), frame.end(),
              frames_db.begin() + static_cast<std::ptrdiff_t>(waiting * bands));
    if (waiting < lanes.floats) return;
    if (stop.stop_requested()) throw Stopped();
    take_medians();
  });
  if (stop.stop_requested()) throw Stopped();
  take_medians();
  return envelope;
}

}  // namespace aura::dsp
