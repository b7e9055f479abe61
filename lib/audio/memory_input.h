#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>

#include "ffmpeg.h"

namespace aura::audio {

/// A file in memory as FFmpeg reads one, seeking included. A triggered `stop` makes every further
/// read fail, which ends FFmpeg's own loops too. `bytes` must outlive it; it stays where it is, for
/// FFmpeg holds its address.
class MemoryInput {
 public:
  MemoryInput(std::span<const std::uint8_t> bytes, std::stop_token stop);
  MemoryInput(const MemoryInput&) = delete;
  MemoryInput& operator=(const MemoryInput&) = delete;

  AVIOContext* io() const noexcept { return io_.get(); }

 private:
  static int read(void* self, std::uint8_t* buffer, int size) noexcept;
  static std::int64_t seek(void* self, std::int64_t offset, int whence) noexcept;

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  std::stop_token stop_;
  IoHandle io_;
};

}  // namespace aura::audio
