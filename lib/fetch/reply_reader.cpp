#include "reply_reader.h"

#include <algorithm>

#include "refuse_reply.h"

namespace aura::fetch {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kPieceBytes = 64 << 10;

}  // namespace

ReplyReader::ReplyReader(std::size_t max_header_bytes)
    : max_header_bytes_(max_header_bytes), buffer_(max_header_bytes + kPieceBytes) {}

std::span<std::uint8_t> ReplyReader::space() {
  const auto free = buffer_.prepare(std::min(buffer_.max_size() - buffer_.size(), kPieceBytes));
  return {static_cast<std::uint8_t*>(free.data()), free.size()};
}

void ReplyReader::arrived(std::size_t count) {
  buffer_.commit(count);
}

void ReplyReader::ended() {
  if (!has_head_ || length_ || chunks_) refuse_reply(http::error::partial_message);
  has_ended_ = true;
}

std::span<const std::uint8_t> ReplyReader::bytes() const noexcept {
  return {static_cast<const std::uint8_t*>(buffer_.data().data()), buffer_.size()};
}

/// Returns the next line of the head with its LF, once the LF has arrived.
std::optional<std::string_view> ReplyReader::next_line() const {
  const auto text = bytes();
  const auto end = std::find(text.begin(), text.end(), '\n');
  const auto size = static_cast<std::size_t>(end - text.begin()) + (end != text.end() ? 1 : 0);
  if (size > max_header_bytes_ - head_bytes_) refuse_reply(http::error::header_limit);
  if (end == text.end()) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(text.data()), size);
}

bool ReplyReader::read_head() {
  while (!has_head_) {
    const auto line = next_line();
    if (!line) return false;
    const bool is_last = head_.take(line->substr(0, line->size() - 1));
    head_bytes_ += line->size();
    buffer_.consume(line->size());
    if (!is_last) continue;
    if (head().status >= 200) {
      begin_body();
    } else {
      head_ = {};
      head_bytes_ = 0;
    }
  }
  return true;
}

void ReplyReader::begin_body() {
  has_head_ = true;
  if (head().status == 204 || head().status == 304) {
    length_ = 0;
  } else if (is_chunked(head())) {
    chunks_.emplace(max_header_bytes_);
  } else {
    length_ = fetch::content_length(head());
  }
}

bool ReplyReader::read_body(const TakeBody& take) {
  if (chunks_) {
    buffer_.consume(chunks_->read(bytes(), take));
    return chunks_->is_done();
  }
  auto more = bytes();
  if (length_) {
    more = more.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(more.size(), *length_ - body_bytes_)));
  }
  if (!more.empty()) take(more);
  body_bytes_ += more.size();
  buffer_.consume(more.size());
  return length_ ? body_bytes_ == *length_ : has_ended_;
}

}  // namespace aura::fetch
