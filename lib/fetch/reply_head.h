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
  std::vector<std::pair<std::string, std::string>> fields;  ///< Without blanks around the values.

  /// The first value of the header `name`, in either case, that isn't empty; empty without one.
  std::string_view operator[](std::string_view name) const;
  /// The items of the comma-separated lists in all headers `name`, without blanks around them;
  /// empty ones too.
  std::vector<std::string_view> list(std::string_view name) const;
};

/// Reads a head line by line, and as leniently as curl: the status line may lack a reason, lines
/// may end in LF alone, names and values may be any bytes.
///
/// Throws boost::system::system_error (http::error) for a line that is none of a head.
class HeadReader {
 public:
  /// Takes the next line, without its LF. Whether it is the last one, which is empty.
  bool take(std::string_view line);
  const ReplyHead& head() const noexcept { return head_; }

 private:
  ReplyHead head_;
};

/// Whether the body comes in chunks.
bool is_chunked(const ReplyHead& head);

/// The body's length in bytes, if the head states one. Throws boost::system::system_error with
/// http::error::bad_content_length where it is no number, or two that differ.
std::optional<std::uint64_t> content_length(const ReplyHead& head);

}  // namespace aura::fetch
