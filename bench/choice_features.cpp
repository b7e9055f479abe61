/// rhythm_features FILE... : for each audio file, a JSON line with what the choice of its tempo is
/// made from. fit_rhythm.py fits the weights of that choice to it.

#include <cstdio>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>

#include "aura/audio/decode.h"
#include "aura/base/spool.h"
#include "aura/dsp/chroma.h"
#include "aura/dsp/frame_analyser.h"
#include "aura/dsp/framing.h"
#include "aura/dsp/log_mel.h"
#include "aura/dsp/metrical_levels.h"
#include "aura/dsp/onset_curves.h"

namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

nlohmann::json features_of(const char* path) {
  const aura::audio::DecodeLimits limits;
  aura::dsp::LogMelSpectrogram log_mel(aura::dsp::kMelBands);
  aura::dsp::FrameAnalyser analyser(limits.sample_rate_hz, aura::dsp::kFftSize,
                                    aura::dsp::kHopLength, log_mel.bands());
  aura::dsp::ChromaExtractor chroma;
  const auto keep = [&](const aura::dsp::FrameGroup& group) {
    log_mel.push(group.mel_db, group.lanes, group.frames);
  };
  aura::audio::decode(aura::Spool::open(path, kMostBytes), limits,
                      [&](std::span<const float> samples) {
                        analyser.push(samples, keep);
                        chroma.push(samples);
                      });
  analyser.finish(keep);
  const auto levels = aura::dsp::level_candidates(aura::dsp::onset_curves(log_mel));
  return {{"file", path},
          {"bpm", levels.bpm},
          {"features", levels.features},
          {"chroma", chroma.chroma()}};
}

}  // namespace

int main(int argc, char** argv) {
  try {
    for (int i = 1; i < argc; ++i) {
      std::cout << features_of(argv[i]) << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << "choice_features: " << error.what() << '\n';
    return 1;
  }
}
