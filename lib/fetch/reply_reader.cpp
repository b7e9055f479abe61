#include "reply_reader.h"

#include <boost/beast/http/error.hpp>
#include <boost/system/system_error.hpp>

namespace aura::fetch {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;
using boost::system::system_error;

constexpr std::size_t kPieceBytes = 64 << 10;
/// The least that a body in chunks ends with: "0", and two line ends.
constexpr std::size_t kLeastEndBytes = 5;

}  // namespace

ReplyReader::ReplyReader(std::size_t max_header_bytes)
    : max_header_bytes_(max_header_bytes),
      buffer_(max_header_bytes + kPieceBytes),
      piece_(kPieceBytes) {
  start();
}

void ReplyReader::start() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(max_header_bytes_));
  parser_->body_limit(boost::none);  // Whoever takes the body counts.
}

std::span<std::uint8_t> ReplyReader::space() {
  const std::size_t room = std::min(buffer_.max_size() - buffer_.size(), kPieceBytes);
  if (room == 0) throw system_error(make_error_code(http::error::buffer_overflow));
  const auto free = buffer_.prepare(room);
  return {static_cast<std::uint8_t*>(free.data()), free.size()};
}

void ReplyReader::arrived(std::size_t count) {
  buffer_.commit(count);
}

void ReplyReader::ended() {
  error_code ec = http::error::partial_message;
  if (parser_->got_some()) parser_->put_eof(ec);
  if (ec) throw system_error(ec);
}

/// Parses the next piece of what has arrived. Whether there was a whole one.
bool ReplyReader::parse_piece() {
  if (!has_more()) return false;
  // Beast 1.81 asserts that the end, once begun, has arrived as far as that.
  if (parser_->is_header_done() && parser_->chunked() && buffer_.size() < kLeastEndBytes)
    return false;
  error_code ec;
  const std::size_t used = parser_->put(buffer_.data(), ec);
  buffer_.consume(used);
  if (ec == http::error::need_more) return false;
  if (ec && ec != http::error::need_buffer) throw system_error(ec);
  return used > 0;
}

bool ReplyReader::read_head() {
  while (true) {
    while (!parser_->is_header_done()) {
      if (!parse_piece()) return false;
    }
    if (head().result_int() >= 200) return true;
    start();
  }
}

std::optional<std::uint64_t> ReplyReader::content_length() const {
  const auto length = parser_->content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

bool ReplyReader::read_body(const std::function<void(std::span<const std::uint8_t>)>& take) {
  while (!parser_->is_done()) {
    auto& window = parser_->get().body();
    window.data = piece_.data();
    window.size = piece_.size();
    const bool goes_on = parse_piece();
    take(std::span(piece_).first(piece_.size() - window.size));
    if (!goes_on) break;
  }
  return parser_->is_done();
}

}  // namespace aura::fetch
