#pragma once

#include <cstdint>
#include <exception>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "aura/base/spool.h"
#include "ffmpeg.h"
#include "sound_of.h"

namespace aura::audio {

/// Stretches of a spooled file, one behind the other, as FFmpeg reads a file, seeking included. A
/// triggered `stop` makes every further read fail, which ends FFmpeg's own loops too. `file` must
/// outlive it; it stays where it is, for FFmpeg holds its address.
class SpoolInput {
 public:
  SpoolInput(const Spool& file, const std::vector<Stretch>& stretches, std::stop_token stop);
  SpoolInput(const SpoolInput&) = delete;
  SpoolInput& operator=(const SpoolInput&) = delete;

  AVIOContext* io() const noexcept { return io_.get(); }

  /// The first 16 bytes, or all. Throws JobError if they can't be read.
  std::string start() const;

  /// Goes back to the start, so that another reader can use io().
  void rewind() noexcept;

  /// Throws what made reading fail other than the end of the file: Stopped, or Spool's JobError.
  void check() const;

 private:
  static int read(void* self, std::uint8_t* buffer, int size) noexcept;
  static std::int64_t seek(void* self, std::int64_t offset, int whence) noexcept;

  /// A stretch, and where FFmpeg has it.
  struct Placed {
    std::uint64_t start;
    Stretch stretch;
  };
  std::size_t read_at(std::uint64_t at, std::span<std::uint8_t> into) const;

  const Spool& file_;
  std::vector<Placed> stretches_;
  std::uint64_t size_ = 0;
  std::uint64_t at_ = 0;
  std::stop_token stop_;
  std::exception_ptr failure_;  // FFmpeg is C: nothing is thrown through it
  IoHandle io_;
};

}  // namespace aura::audio
