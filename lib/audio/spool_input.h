#pragma once

#include <cstdint>
#include <exception>
#include <stop_token>

#include "aura/base/spool.h"
#include "ffmpeg.h"

namespace aura::audio {

/// A spooled file as FFmpeg reads one, seeking included. A triggered `stop` makes every further
/// read fail, which ends FFmpeg's own loops too. `file` must outlive it; it stays where it is, for
/// FFmpeg holds its address.
class SpoolInput {
 public:
  SpoolInput(const Spool& file, std::stop_token stop);
  SpoolInput(const SpoolInput&) = delete;
  SpoolInput& operator=(const SpoolInput&) = delete;

  AVIOContext* io() const noexcept { return io_.get(); }

  /// Throws what made reading fail other than the end of the file: Stopped, or Spool's JobError.
  void check() const;

 private:
  static int read(void* self, std::uint8_t* buffer, int size) noexcept;
  static std::int64_t seek(void* self, std::int64_t offset, int whence) noexcept;

  const Spool& file_;
  std::uint64_t at_ = 0;
  std::stop_token stop_;
  std::exception_ptr failure_;  // FFmpeg is C: nothing is thrown through it
  IoHandle io_;
};

}  // namespace aura::audio
