#include "partial_file.h"

#include <boost/beast/core/string.hpp>

#include "content_range.h"

namespace aura::fetch {
namespace {

/// Returns what identifies this version of the file: a strong entity tag, or a date that no later
/// change can share (RFC 9110, 13.1.5). Returns an empty text if the server
/// refuses ranges.
std::string validator_of(const ReplyHead& head) {
  const auto ranges = head["Accept-Ranges"];
  const auto tag = head["ETag"];
  const auto modified = head["Last-Modified"];
  const bool takes_ranges = boost::beast::iequals(ranges, "bytes");
  if (!takes_ranges && !ranges.empty()) return {};
  if (tag.starts_with('"')) return std::string(tag);
  // The file may still change within the second of the reply, and keep its date.
  const bool is_settled = !modified.empty() && modified != head["Date"];
  return takes_ranges && is_settled ? std::string(modified) : std::string();
}

}  // namespace

void PartialFile::begin(const ReplyHead& head) {
  in_flight_ -= counted_;
  counted_ = 0;
  file_ = Spool();
  hasher_ = Sha256Hasher();
  file_.set_label({.name = {}, .media_type = std::string(head["Content-Type"])});
  validator_ = validator_of(head);
  const auto range = parse_content_range(head["Content-Range"]);
  whole_size_ = head.status == 206 && range ? range->size : std::nullopt;
}

bool PartialFile::goes_on(const ReplyHead& head) {
  const auto range = parse_content_range(head["Content-Range"]);
  if (!range || range->first != size()) return false;
  if (whole_size_ && range->size && *whole_size_ != *range->size) return false;
  if (range->size) whole_size_ = range->size;
  return true;
}

void PartialFile::append(std::span<const std::uint8_t> bytes) {
  file_.append(bytes);
  hasher_.append(bytes);
  counted_ += bytes.size();
  in_flight_ += bytes.size();
}

}  // namespace aura::fetch
