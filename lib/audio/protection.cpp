#include "protection.h"

#include <algorithm>
#include <array>

namespace aura::audio {

bool is_protected(const AVFormatContext& format, const AVStream& stream) {
  // What iTunes and Audible call their sound; FFmpeg knows no decoder by these names.
  constexpr std::array<unsigned, 2> kShops{MKTAG('d', 'r', 'm', 's'), MKTAG('a', 'a', 'v', 'd')};
  return std::find(kShops.begin(), kShops.end(), stream.codecpar->codec_tag) != kShops.end() ||
         av_dict_get(stream.metadata, "enc_key_id", nullptr, 0) != nullptr ||
         av_dict_get(format.metadata, "ASF_Protection_Type", nullptr, 0) != nullptr;
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
