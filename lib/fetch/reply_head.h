#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aura::fetch {

/// The status and the headers of a reply.
struct ReplyHead {
  unsigned status = 0;
  /// Names and values, without blanks around the values.
  std::vector<std::pair<std::string, std::string>> fields;

  /// Returns the first value of the header `name` that is not empty, or an empty text. Ignores the
  /// case of `name`. The caller keeps this object alive while it uses the text.
  std::string_view operator[](std::string_view name) const;
  /// Returns the items of the comma-separated lists in all headers `name`, without blanks around
  /// them, also empty items. The caller keeps this object alive while it uses them.
  std::vector<std::string_view> list(std::string_view name) const;
};

/// Reads a head line by line. As lenient as curl: the status line may lack a reason, lines may end
/// in LF alone, names and values may be any bytes. Not thread-safe.
class HeadReader {
 public:
  /// Reads the next line, given without its LF. Returns true for the last line, which is empty.
  /// Throws boost::system::system_error (http::error) if the line is malformed.
  bool take(std::string_view line);
  /// Returns what has been read so far. The caller keeps this object alive.
  const ReplyHead& head() const noexcept { return head_; }

 private:
  ReplyHead head_;
};

/// Returns whether the body is chunked. Thread-safe.
bool is_chunked(const ReplyHead& head);

/// Returns the length of the body in bytes, if the head states it. Thread-safe. Throws
/// boost::system::system_error (http::error::bad_content_length) if the length is not a number, or
/// two lengths differ.
std::optional<std::uint64_t> content_length(const ReplyHead& head);

}  // namespace aura::fetch
