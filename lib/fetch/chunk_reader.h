#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace aura::fetch {

/// Takes what arrives of a body, piece by piece, valid during the call alone.
using TakeBody = std::function<void(std::span<const std::uint8_t>)>;

/// Understands a body in chunks (RFC 9112, 7.1) as it arrives, and as leniently as curl: blanks may
/// follow a size, lines may end in LF alone, extensions and trailers may be any bytes.
class ChunkReader {
 public:
  /// `max_line_bytes` is for all that lies between the data of two chunks, or behind the last one.
  explicit ChunkReader(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  /// Reads `bytes`, hands the data among them to `take`, and returns how many it used: all, unless
  /// the body ends before. Throws boost::system::system_error (http::error) for what is no chunk.
  std::size_t read(std::span<const std::uint8_t> bytes, const TakeBody& take);

  /// Whether the body has ended.
  bool is_done() const noexcept { return at_ == At::kEnd; }

 private:
  enum class At { kSize, kExtension, kData, kDataEnd, kTrailer, kEnd };
  void read_line_byte(char c);
  void read_size_byte(char c);

  std::size_t max_line_bytes_;
  At at_ = At::kSize;
  std::uint64_t size_ = 0;  // of the chunk's data that hasn't arrived
  std::size_t line_bytes_ = 0;
  bool line_is_empty_ = true;  // up to here: the size or the trailer
};

}  // namespace aura::fetch
