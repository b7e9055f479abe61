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

/// Lets FFmpeg read and seek in the joined stretches of a file. After `stop` is requested, every
/// read fails, which also ends FFmpeg's own loops. The caller keeps `file` alive. Not movable,
/// because FFmpeg holds its address. Not thread-safe.
class SpoolInput {
 public:
  /// Throws std::bad_alloc.
  SpoolInput(const Spool& file, const std::vector<Stretch>& stretches, std::stop_token stop);
  SpoolInput(const SpoolInput&) = delete;
  SpoolInput& operator=(const SpoolInput&) = delete;

  /// Returns FFmpeg's handle, which this object owns.
  AVIOContext* io() const noexcept { return io_.get(); }

  /// Returns the first 16 bytes, or all if there are fewer. Throws what Spool::read throws.
  std::string start() const;

  /// Goes back to the start, for another reader of io().
  void rewind() noexcept;

  /// Throws Stopped if `stop` is requested, else what a failed Spool::read threw.
  void check() const;

 private:
  static int read(void* self, std::uint8_t* buffer, int size) noexcept;
  static std::int64_t seek(void* self, std::int64_t offset, int whence) noexcept;

  /// A stretch and its offset in the joined file.
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
  std::exception_ptr failure_;  // kept for check(): no exception may pass through C
  IoHandle io_;
};

}  // namespace aura::audio
