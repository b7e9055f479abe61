#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace aura::fetch {

/// Understands one HTTP/1.1 reply as it arrives, from wherever. What has no end yet (a header, a
/// chunk's extension, a trailer) is kept, up to a limit.
///
/// Every member throws boost::system::system_error for a reply that can't be understood
/// (http::error) and for one that is too long where it must be kept.
class ReplyReader {
 public:
  using Parser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;
  using Head = boost::beast::http::response_header<>;

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
  const Head& head() const { return parser_->get().base(); }
  /// The length of the body that the head promises, if it does.
  std::optional<std::uint64_t> content_length() const;

  /// Goes on with the body, which comes after the head: hands what has arrived to `take`, piece by
  /// piece. Whether it is whole.
  bool read_body(const std::function<void(std::span<const std::uint8_t>)>& take);

  /// Whether bytes have arrived that no member has taken yet.
  bool has_more() const { return buffer_.size() > 0; }

 private:
  void start();
  bool parse_piece();

  std::size_t max_header_bytes_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::vector<std::uint8_t> piece_;
};

}  // namespace aura::fetch
