#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "chunk_reader.h"
#include "reply_head.h"

namespace aura::fetch {

/// Parses one HTTP/1.1 reply as it arrives, as leniently as curl. Limits the sizes of headers,
/// chunk extensions and trailers. Not thread-safe.
///
/// Lenient parsing is safe from request smuggling: a connection serves one request and is closed,
/// so bytes after the reply are never another reply. The end of the reply itself must be clear.
///
/// Each member that parses throws boost::system::system_error (http::error) if the reply is
/// malformed or exceeds a limit.
class ReplyReader {
 public:
  /// `max_header_bytes` limits the status line with the headers, and the lines between chunks.
  explicit ReplyReader(std::size_t max_header_bytes);

  /// Returns the space for the next bytes; never empty. It is valid until the next call of a
  /// non-const member.
  std::span<std::uint8_t> space();
  /// Tells that the caller has filled the first `count` bytes of space().
  void arrived(std::size_t count);
  /// Tells that the connection has ended. Throws http::error::partial_message unless the end of the
  /// connection ends the reply.
  void ended();

  /// Parses the head as far as it has arrived; skips interim heads (RFC 9110, 15.2). Returns
  /// whether the head is complete.
  bool read_head();
  /// Returns the head, once it is complete. The caller keeps this object alive.
  const ReplyHead& head() const noexcept { return head_.head(); }
  /// Returns the length of the body in bytes, if the head states it.
  std::optional<std::uint64_t> content_length() const noexcept { return length_; }

  /// Passes the part of the body that has arrived to `take`. Returns whether the body is complete.
  /// Call it after read_head() has returned true. Throws also what `take` throws.
  bool read_body(const TakeBody& take);

  /// Returns whether bytes have arrived that are not parsed yet.
  bool has_more() const noexcept { return buffer_.size() > 0; }

 private:
  std::span<const std::uint8_t> bytes() const noexcept;
  std::optional<std::string_view> next_line() const;
  void begin_body();

  std::size_t max_header_bytes_;
  boost::beast::flat_buffer buffer_;
  HeadReader head_;
  std::size_t head_bytes_ = 0;
  bool has_head_ = false;
  std::optional<ChunkReader> chunks_;
  std::optional<std::uint64_t> length_;  // without both, the connection ends the body
  std::uint64_t body_bytes_ = 0;
  bool has_ended_ = false;
};

}  // namespace aura::fetch
