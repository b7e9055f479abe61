#include "formats.h"

#include <algorithm>
#include <array>

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
    Format{"mpegts", false}, Format{"loas", false},
};

// What these containers hold in the wild. Not here: what games and telephones used, and decoders
// that nobody would miss but whoever looks for a weak one.
constexpr std::string_view kDecoders =
    "mp3float,mp3,mp2float,mp2,mp1float,mp1,aac,aac_latm,ac3,eac3,dca,truehd,mlp,vorbis,opus,"
    "libopus,"
    "flac,alac,ape,wavpack,tta,tak,als,mpc7,mpc8,wmav1,wmav2,wmapro,wmalossless,wmavoice,"
    "atrac3,atrac3al,atrac3plus,atrac3plusal,amrnb,amrwb,speex,libspeex,nellymoser,gsm,gsm_ms,"
    "qdm2,mace3,mace6,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,adpcm_swf,adpcm_yamaha,"
    "dsd_lsbf,dsd_msbf,dsd_lsbf_planar,dsd_msbf_planar,"
    "pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_s64le,pcm_s64be,"
    "pcm_u16le,pcm_u16be,pcm_u24le,pcm_u24be,pcm_u32le,pcm_u32be,pcm_f32le,pcm_f32be,pcm_f64le,"
    "pcm_f64be,pcm_alaw,pcm_mulaw,pcm_bluray,pcm_dvd";

void add(std::string& list, std::string_view name) {
  if (!list.empty()) list += ',';
  list += name;
}

}  // namespace

std::string allowed_formats(bool is_dsdiff) {
  std::string list;
  for (const auto& format : kFormats) add(list, format.name);
  if (is_dsdiff) add(list, "iff");
  return list;
}

std::string allowed_decoders() {
  return std::string(kDecoders);
}

bool read_in_16_bit(std::string_view format) {
  return std::none_of(kFormats.begin(), kFormats.end(), [&](const Format& known) {
    return known.by_libsndfile && known.name == format;
  });
}

}  // namespace aura::audio
