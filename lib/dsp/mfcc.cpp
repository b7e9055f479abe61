#include "aura/dsp/mfcc.h"

#include "aura/dsp/dct.h"

namespace aura::dsp {

Eigen::ArrayXd mean_mfcc(const LogMelSpectrogram& log_mel, Eigen::Index count) {
  const auto bands = static_cast<Eigen::Index>(log_mel.bands());
  const float floor_db = log_mel.floor_db();
  Eigen::ArrayXd sum_db = Eigen::ArrayXd::Zero(bands);
  log_mel.for_each_frame_db([&](std::span<const float> frame) {
    const Eigen::Map<const Eigen::ArrayXf> frame_db(frame.data(), bands);
    sum_db += frame_db.max(floor_db).cast<double>();
  });
  // The transform is linear: that of the mean is the mean of each frame's.
  return dct2(sum_db / static_cast<double>(log_mel.frames()), count);
}

}  // namespace aura::dsp
