#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "aura/base/spool.h"

namespace aura::audio {

/// Returns byte `at` of `bytes` as a number. Thread-safe.
inline std::uint32_t byte(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

/// Returns the four bytes from `at` on as a little-endian number. Thread-safe.
inline std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  return byte(bytes, at) | byte(bytes, at + 1) << 8 | byte(bytes, at + 2) << 16 |
         byte(bytes, at + 3) << 24;
}

/// Reads a file at random, fastest forwards. Not thread-safe.
class Window {
 public:
  /// The caller keeps `file` alive.
  explicit Window(const Spool& file) : file_(file) {}

  std::uint64_t size() const noexcept { return file_.size(); }

  /// Returns `count` bytes from `at` on, at most kRoom; fewer only at the end of the file. They are
  /// valid until the next call. Throws what Spool::read throws.
  std::string_view bytes(std::uint64_t at, std::size_t count) {
    if (at >= file_.size()) return {};
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, file_.size() - at));
    if (at < start_ || at + count > start_ + filled_) {
      start_ = at;
      filled_ = file_.read(at, buffer_);
      count = std::min(count, filled_);
    }
    return {reinterpret_cast<const char*>(buffer_.data()) + (at - start_), count};
  }

  /// Returns whether the file has `text` at offset `at`. Throws what Spool::read throws.
  bool holds(std::uint64_t at, std::string_view text) { return bytes(at, text.size()) == text; }

  static constexpr std::size_t kRoom = 65'536;
  /// A step of callers that walk through the file: small, so that most steps read nothing.
  static constexpr std::size_t kStep = 8192;

 private:
  const Spool& file_;
  std::array<std::uint8_t, kRoom> buffer_{};
  std::uint64_t start_ = 0;
  std::size_t filled_ = 0;
};

}  // namespace aura::audio
