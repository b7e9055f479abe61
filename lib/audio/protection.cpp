#include "protection.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace aura::audio {
namespace {

bool has(const AVDictionary* metadata, const char* key) {
  return av_dict_get(metadata, key, nullptr, 0) != nullptr;
}

/// By either of the objects that its header has for that. In other files these may be anybody's
/// tags.
bool is_protected_windows_media(const AVFormatContext& format) {
  return std::string_view(format.iformat->name) == "asf" &&
         (has(format.metadata, "ASF_Protection_Type") || has(format.metadata, "encryption"));
}

}  // namespace

bool is_protected(const AVFormatContext& format, const AVStream& stream) {
  // What iTunes and Audible call their sound; FFmpeg knows no decoder by these names.
  constexpr std::array<unsigned, 2> kShops{MKTAG('d', 'r', 'm', 's'), MKTAG('a', 'a', 'v', 'd')};
  return std::find(kShops.begin(), kShops.end(), stream.codecpar->codec_tag) != kShops.end() ||
         has(stream.metadata, "enc_key_id") || is_protected_windows_media(format);
}

bool is_protected(const AVPacket& packet) {
  return av_packet_get_side_data(&packet, AV_PKT_DATA_ENCRYPTION_INFO, nullptr) != nullptr;
}

JobError protected_file() {
  return {"protected",
          "the file is protected (DRM), so that it can't be analysed: export the track without "
          "protection, as MP3, WAV or FLAC, and upload that",
          Retry::kNo};
}

}  // namespace aura::audio
