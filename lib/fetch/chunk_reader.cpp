#include "chunk_reader.h"

#include <algorithm>
#include <limits>

#include "characters.h"
#include "refuse_reply.h"

namespace aura::fetch {
namespace {

using boost::beast::http::error;

}  // namespace

std::size_t ChunkReader::read(std::span<const std::uint8_t> bytes, const TakeBody& take) {
  std::size_t used = 0;
  while (used < bytes.size() && at_ != At::kEnd) {
    if (at_ != At::kData) {
      if (++line_bytes_ > max_line_bytes_) refuse_reply(error::buffer_overflow);
      read_line_byte(static_cast<char>(bytes[used++]));
      continue;
    }
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(size_, bytes.size() - used));
    take(bytes.subspan(used, count));
    used += count;
    size_ -= count;
    line_bytes_ = 0;
    if (size_ == 0) at_ = At::kDataEnd;
  }
  return used;
}

void ChunkReader::read_line_byte(char c) {
  switch (at_) {
    case At::kSize:
      return read_size_byte(c);
    case At::kExtension:
      if (c == '\n') at_ = size_ > 0 ? At::kData : At::kTrailer;
      return;
    case At::kDataEnd:
      if (c == '\n') {
        at_ = At::kSize;
      } else if (c != '\r') {
        refuse_reply(error::bad_chunk);
      }
      return;
    case At::kTrailer:
      if (c != '\n') {
        line_is_empty_ = line_is_empty_ && c == '\r';
      } else if (line_is_empty_) {
        at_ = At::kEnd;
      } else {
        line_is_empty_ = true;
      }
      return;
    case At::kData:
    case At::kEnd:
      return;
  }
}

void ChunkReader::read_size_byte(char c) {
  if (is_hex_digit(c)) {
    if (size_ > std::numeric_limits<std::uint64_t>::max() >> 4) refuse_reply(error::bad_chunk);
    size_ = size_ << 4 | hex_value(c);
    line_is_empty_ = false;
    return;
  }
  // Any other character could belong to the size: "0x5" does not end the body.
  const bool ends_size = c == ' ' || c == '\t' || c == ';' || c == '\r' || c == '\n';
  if (line_is_empty_ || !ends_size) refuse_reply(error::bad_chunk);
  line_is_empty_ = true;
  at_ = At::kExtension;
  read_line_byte(c);
}

}  // namespace aura::fetch
