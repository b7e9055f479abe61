#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace aura::fetch {

/// Receives the next piece of a body. The bytes are valid only during the call.
using TakeBody = std::function<void(std::span<const std::uint8_t>)>;

/// Decodes a chunked body (RFC 9112, 7.1) as it arrives. As lenient as curl: blanks may follow a
/// size, lines may end in LF alone, extensions and trailers may be any bytes. Not thread-safe.
class ChunkReader {
 public:
  /// `max_line_bytes` limits the bytes between the data of two chunks, and after the last chunk.
  explicit ChunkReader(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  /// Reads `bytes` and passes the data in them to `take`. Returns how many bytes it used: all of
  /// them, unless the body ends earlier. Throws boost::system::system_error (http::error) if the
  /// bytes are no chunks, and what `take` throws.
  std::size_t read(std::span<const std::uint8_t> bytes, const TakeBody& take);

  /// Returns whether the body has ended.
  bool is_done() const noexcept { return at_ == At::kEnd; }

 private:
  enum class At { kSize, kExtension, kData, kDataEnd, kTrailer, kEnd };
  void read_line_byte(char c);
  void read_size_byte(char c);

  std::size_t max_line_bytes_;
  At at_ = At::kSize;
  std::uint64_t size_ = 0;  // bytes of the chunk's data that have not arrived
  std::size_t line_bytes_ = 0;
  bool line_is_empty_ = true;  // so far; the line holds a size or a trailer
};

}  // namespace aura::fetch
