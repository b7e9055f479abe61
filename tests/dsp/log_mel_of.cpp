#include "log_mel_of.h"

#include "aura/dsp/framer.h"
#include "aura/dsp/mel_filterbank.h"
#include "aura/dsp/spectrum.h"
#include "signals.h"

namespace aura::test {

std::vector<float> frame_of(std::span<const float> signal, std::size_t index) {
  std::vector<float> found;
  std::size_t next = 0;
  const auto keep = [&](const dsp::Frame& frame) {
    if (next++ == index) found.assign(frame.padded.begin(), frame.padded.end());
  };
  dsp::Framer framer(kFftSize, kHopLength);
  framer.push(signal, keep);
  framer.finish(keep);
  return found;
}

dsp::LogMelSpectrogram log_mel_of(std::span<const float> signal) {
  const dsp::MelFilterbank filterbank(kSampleRateHz, kFftSize, 128);
  dsp::Framer framer(kFftSize, kHopLength);
  dsp::Spectrum spectrum(kFftSize);
  dsp::LogMelSpectrogram log_mel(filterbank.bands());
  std::vector<double> mel_power(filterbank.bands());
  const auto add = [&](const dsp::Frame& frame) {
    spectrum.analyse(frame.padded);
    filterbank.apply(spectrum.power(), mel_power);
    log_mel.push(mel_power);
  };
  framer.push(signal, add);
  framer.finish(add);
  return log_mel;
}

}  // namespace aura::test
