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

/// Understands one HTTP/1.1 reply as it arrives, from wherever, and as leniently as curl does. What
/// has no end yet (a header, a chunk's extension, a trailer) is bounded.
///
/// A connection serves one request and is closed, so what a lenient reading makes of bytes behind
/// the reply (request smuggling) is nobody's reply. Where the reply itself ends must be clear.
///
/// Every member throws boost::system::system_error for a reply that can't be understood
/// (http::error) and for one that is too long where it must be kept.
class ReplyReader {
 public:
  /// `max_header_bytes` is for the status line and the headers.
  explicit ReplyReader(std::size_t max_header_bytes);

  /// Where to put what arrives next; never empty.
  std::span<std::uint8_t> space();
  /// The first `count` bytes of that space have been filled.
  void arrived(std::size_t count);
  /// Nothing more will arrive. Throws http::error::partial_message unless the reply may end so.
  void ended();

  /// Goes on with the head of the reply, interim ones (RFC 9110, 15.2) passed over. Whether it is
  /// whole.
  bool read_head();
  /// The head, once it is whole.
  const ReplyHead& head() const noexcept { return head_.head(); }
  /// The length of the body that the head promises, if it does.
  std::optional<std::uint64_t> content_length() const noexcept { return length_; }

  /// Goes on with the body, which comes after the head: hands what has arrived to `take`, piece by
  /// piece. Whether it is whole.
  bool read_body(const TakeBody& take);

  /// Whether bytes have arrived that no member has taken yet.
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
  std::optional<std::uint64_t> length_;  // neither: the body ends with the connection
  std::uint64_t body_bytes_ = 0;
  bool has_ended_ = false;
};

}  // namespace aura::fetch
