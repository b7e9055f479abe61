#include "aura/analysis/analyze.h"

#include <utility>

namespace aura::analysis {

Analysis analyze(const Track& track, const audio::Decoder& decoder,
                 const audio::DecodeLimits& limits, const OnProgress& on_step,
                 const std::stop_token& stop) {
  auto [measurements, times] = measure(track.file, decoder, limits, on_step, stop);
  return {judge(std::move(measurements), track.lyrics, on_step), times};
}

}  // namespace aura::analysis
