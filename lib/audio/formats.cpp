#include "formats.h"

#include <algorithm>
#include <array>

#include "ffmpeg.h"

namespace aura::audio {
namespace {

struct Format {
  std::string_view name;
  bool by_libsndfile;
};

// Containers that hold their audio themselves. What isn't here is not opened: playlists (HLS,
// concat, DASH), image sequences, devices, text, and raw formats that fit any bytes.
constexpr std::array kFormats{
    Format{"wav", true},     Format{"w64", true},       Format{"aiff", true},
    Format{"au", true},      Format{"caf", true},       Format{"flac", true},
    Format{"ogg", true},     Format{"mp3", true},       Format{"mov", false},
    Format{"aac", false},    Format{"ac3", false},      Format{"eac3", false},
    Format{"dts", false},    Format{"matroska", false}, Format{"asf", false},
    Format{"ape", false},    Format{"wv", false},       Format{"tta", false},
    Format{"tak", false},    Format{"mpc", false},      Format{"mpc8", false},
    Format{"amr", false},    Format{"dsf", false},      Format{"oma", false},
    Format{"flv", false},    Format{"avi", false},      Format{"mpeg", false},
    Format{"mpegts", false},
};

void add(std::string& list, std::string_view name) {
  if (!list.empty()) list += ',';
  list += name;
}

}  // namespace

std::string allowed_formats() {
  std::string list;
  for (const auto& format : kFormats) add(list, format.name);
  return list;
}

std::string allowed_decoders() {
  std::string list;
  void* position = nullptr;
  while (const AVCodec* codec = av_codec_iterate(&position)) {
    if (codec->type == AVMEDIA_TYPE_AUDIO && av_codec_is_decoder(codec)) add(list, codec->name);
  }
  return list;
}

bool read_in_16_bit(std::string_view format) {
  return std::none_of(kFormats.begin(), kFormats.end(), [&](const Format& known) {
    return known.by_libsndfile && known.name == format;
  });
}

}  // namespace aura::audio
