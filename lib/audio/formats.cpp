#include "formats.h"

#include <algorithm>
#include <array>
#include <limits>

#include "aura/base/text.h"

namespace aura::audio {
namespace {

struct Format {
  const char* name;
  bool by_libsndfile;
  std::string_view said;  ///< extensions and media types (without `x-`), separated by blanks
};

// Containers that hold their audio themselves. What isn't here is not opened: playlists (HLS,
// concat, DASH), image sequences, devices, text, and raw formats that fit any bytes.
constexpr std::array kFormats{
    Format{"wav", true, "wav wave bwf audio/wav audio/wave audio/vnd.wave"},
    Format{"w64", true, "w64 audio/w64"},
    Format{"aiff", true, "aif aiff aifc audio/aiff"},
    Format{"au", true, "au snd audio/basic audio/au"},
    Format{"caf", true, "caf audio/caf"},
    Format{"flac", true, "flac audio/flac"},
    Format{"ogg", true,
           "ogg oga ogx opus spx audio/ogg audio/opus audio/speex application/ogg video/ogg"},
    Format{"mp3", true, "mp3 mp2 mp1 mpga audio/mpeg audio/mp3 audio/mpeg3 audio/mpg"},
    Format{"mov", false,
           "m4a m4b m4r mp4 m4v mov 3gp 3g2 audio/mp4 audio/m4a video/mp4 video/quicktime "
           "audio/3gpp video/3gpp"},
    Format{"aac", false, "aac adts audio/aac audio/aacp"},
    Format{"ac3", false, "ac3 audio/ac3"},
    Format{"eac3", false, "eac3 ec3 audio/eac3"},
    Format{"dts", false, "dts audio/vnd.dts"},
    Format{"matroska", false, "mkv mka webm audio/matroska video/matroska audio/webm video/webm"},
    Format{"asf", false, "wma asf wmv audio/ms-wma video/ms-asf video/ms-wmv"},
    Format{"ape", false, "ape audio/ape audio/monkeys-audio"},
    Format{"wv", false, "wv audio/wavpack"},
    Format{"tta", false, "tta audio/tta"},
    Format{"tak", false, "tak audio/tak"},
    Format{"mpc", false, "mpc audio/musepack"},
    Format{"mpc8", false, "mpc audio/musepack"},
    Format{"amr", false, "amr awb audio/amr audio/amr-wb"},
    Format{"dsf", false, "dsf audio/dsf"},
    Format{"oma", false, "oma aa3 at3"},
    Format{"flv", false, "flv video/flv"},
    Format{"avi", false, "avi video/avi video/msvideo"},
    Format{"mpeg", false, "mpg mpeg vob video/mpeg"},
    Format{"mpegts", false, "ts m2ts mts video/mp2t"},
    Format{"loas", false, "latm loas audio/mp4a-latm"},
};
static_assert(kFormats.size() <= std::numeric_limits<FormatSet>::digits);

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

/// Whether `list`, between blanks, has `word`.
bool lists(std::string_view list, std::string_view word) {
  for (std::size_t at = 0; at < list.size();) {
    const auto end = std::min(list.find(' ', at), list.size());
    if (list.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

/// The extension of `name`, in lower case.
std::string extension_of(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? "" : lower_ascii(name.substr(dot + 1));
}

/// "audio/wav" of "Audio/X-WAV; codecs=1".
std::string media_type_of(std::string_view text) {
  auto type = lower_ascii(text.substr(0, text.find_first_of("; \t,")));
  const auto slash = type.find('/');
  if (slash == std::string::npos) return {};
  if (type.compare(slash, 3, "/x-") == 0) type.erase(slash + 1, 2);
  return type;
}

}  // namespace

FormatSet formats_said(const Label& label) {
  const auto extension = extension_of(label.name), type = media_type_of(label.media_type);
  FormatSet formats = 0;
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    const auto said = kFormats[i].said;
    if (lists(said, extension) || lists(said, type)) formats |= FormatSet{1} << i;
  }
  return formats;
}

std::vector<const char*> names_of(FormatSet formats) {
  std::vector<const char*> names;
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if ((formats >> i & 1) != 0) names.push_back(kFormats[i].name);
  }
  return names;
}

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
    return known.by_libsndfile && format == known.name;
  });
}

}  // namespace aura::audio
