// Whatever a server sends: it is understood the same however it is cut into pieces, and nothing but
// the documented errors is thrown. The first byte of the input says how it is cut.

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>

#include "content_range.h"
#include "reply_reader.h"
#include "retry_after.h"

namespace {

using Bytes = std::span<const std::uint8_t>;

struct Reply {
  unsigned status = 0;
  std::string body;
  bool operator==(const Reply&) const = default;
};

void require(bool holds) {
  if (!holds) std::abort();
}

void read_headers(const aura::fetch::ReplyHead& head) {
  using std::chrono::hours;
  const auto wait =
      aura::fetch::parse_retry_after(head["Retry-After"], std::chrono::system_clock::time_point{});
  require(!wait || (*wait >= hours(0) && *wait <= hours(1)));
  const auto range = aura::fetch::parse_content_range(head["Content-Range"]);
  require(!range || range->first <= range->last);
}

/// The reply in `bytes`, which arrive in pieces of `piece` at most; nothing if there is none.
std::optional<Reply> read(Bytes bytes, std::size_t piece) {
  // More than libFuzzer makes by itself (4 KiB): where the limit strikes depends on the pieces.
  constexpr std::size_t kMaxHeaderBytes = 16 << 10;
  aura::fetch::ReplyReader reader(kMaxHeaderBytes);
  const auto more = [&] {
    if (bytes.empty()) return reader.ended();
    const auto space = reader.space();
    const auto count = std::min({bytes.size(), piece, space.size()});
    std::copy_n(bytes.begin(), count, space.begin());
    reader.arrived(count);
    bytes = bytes.subspan(count);
  };
  try {
    Reply reply;
    while (!reader.read_head()) more();
    reply.status = reader.head().status;
    read_headers(reader.head());
    while (!reader.read_body([&](Bytes part) { reply.body.append(part.begin(), part.end()); })) {
      more();
    }
    return reply;
  } catch (const boost::system::system_error&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes bytes(data + 1, size - 1);
  const auto whole = read(bytes, size);
  const auto pieces = read(bytes, std::size_t{data[0]} % 64 + 1);
  require(whole == pieces);
  require(!whole || (whole->status >= 200 && whole->body.size() < size));
  return 0;
}
