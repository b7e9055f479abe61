#include "aura/analysis/stem_files.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace aura::analysis {
namespace {

constexpr audio::SoundFormat kWanted{models::Separator::kSampleRateHz, 2};
constexpr std::uint64_t kChannels = kWanted.channels;
/// What a Separator takes at most.
constexpr float kMaxMagnitude = 1e6F;

bool is_separable(std::span<const float> samples) {
  return std::ranges::all_of(samples, [](float s) { return std::abs(s) <= kMaxMagnitude; });
}

std::runtime_error changed() {
  return std::runtime_error("the track was changed while it was read: start again");
}

void append_or_throw(const StemFiles::Append& append, std::string_view bytes) {
  if (append && !append(bytes))
    throw std::runtime_error(
        "the stems can't be written: check the folder and the free disk space");
}

}  // namespace

StemFiles::StemFiles(const Spool& file, const audio::Decoder& decoder,
                     const audio::DecodeLimits& limits, std::stop_token stop)
    : file_(file), decoder_(decoder), limits_(limits), stop_(std::move(stop)) {
  decoder_.decode_interleaved(
      file_, limits_, kWanted,
      [&](const audio::SoundFormat& format, std::span<const float> block) {
        form_.sound = format;
        form_.moments += block.size() / kChannels;
      },
      stop_);
}

models::VoiceShare StemFiles::write(models::Separator& separator, const Files& files,
                                    const OnProgress& on_percent) const {
  const auto header = audio::wav_header(form_);
  append_or_throw(files.vocals, header);
  append_or_throw(files.accompaniment, header);
  models::VoiceShare voice;
  std::string bytes;
  std::uint64_t read = 0, written = 0;
  const auto append = [&](const Append& file, std::span<const float> samples) {
    bytes.clear();
    audio::append_float(bytes, samples);
    append_or_throw(file, bytes);
  };
  const auto take = [&](const models::Separator::Stems& stems) {
    append(files.vocals, stems.vocals);
    append(files.accompaniment, stems.accompaniment);
    voice += stems.voice;
    written += stems.vocals.size() / kChannels;
    if (on_percent) on_percent(static_cast<int>(100 * written / form_.moments));
  };
  decoder_.decode_interleaved(
      file_, limits_, kWanted,
      [&](const audio::SoundFormat& format, std::span<const float> block) {
        read += block.size() / kChannels;
        if (!(format == form_.sound) || read > form_.moments) throw changed();
        if (!is_separable(block))
          throw std::runtime_error(
              "its samples are a million times full scale: export the track again");
        separator.push(block, take);
      },
      stop_);
  if (read != form_.moments) throw changed();
  separator.finish(take);
  return voice;
}

}  // namespace aura::analysis
