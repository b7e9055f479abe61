#include "ffmpeg.h"

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

}  // namespace aura::audio
