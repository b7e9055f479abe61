#include "log_mel_of.h"

#include "aura/dsp/frame_analyser.h"
#include "signals.h"

namespace aura::test {

dsp::LogMelSpectrogram log_mel_of(std::span<const float> signal) {
  constexpr std::size_t kBands = 128;
  dsp::LogMelSpectrogram log_mel(kBands);
  const auto add = [&](const dsp::FrameGroup& group) {
    log_mel.push(group.mel_db, group.lanes, group.frames);
  };
  dsp::FrameAnalyser analyser(kSampleRateHz, kFftSize, kHopLength, kBands);
  analyser.push(signal, add);
  analyser.finish(add);
  return log_mel;
}

}  // namespace aura::test
