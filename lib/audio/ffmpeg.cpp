#include "ffmpeg.h"

#include <string>

#include "aura/audio/decode.h"

namespace aura::audio {
namespace {

// Far above any packet or index of a real track.
constexpr std::size_t kMaxAllocationBytes = std::size_t{256} << 20;

}  // namespace

void set_up_ffmpeg() {
  static const bool done = [] {
    av_log_set_callback([](void*, int, const char*, va_list) {});
    av_max_alloc(kMaxAllocationBytes);
    return true;
  }();
  static_cast<void>(done);
}

std::string libavcodec_version() {
  const auto version = avcodec_version();
  return std::to_string(AV_VERSION_MAJOR(version)) + '.' +
         std::to_string(AV_VERSION_MINOR(version)) + '.' +
         std::to_string(AV_VERSION_MICRO(version));
}

}  // namespace aura::audio
