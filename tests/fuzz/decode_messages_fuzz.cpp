// Whatever a decoding process says: its listener takes only samples that are sound, of the length
// that was told, and an ending in words, and throws nothing but what is documented. The first byte
// of the input says how long a word has to wait for the next, whether the process hangs up at the
// end, and how much of the rest lies in the shared memory; what follows that goes over the socket.

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "aura/base/text.h"
#include "channels.h"
#include "decode_messages.h"

namespace {

using aura::audio::MessageReader;
using Bytes = std::span<const std::uint8_t>;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_line(std::string_view text) {
  return text.find_first_of("\n\r\x1b") == std::string_view::npos;
}

bool is_level(const std::optional<double>& level) {
  return !level || std::abs(*level) <= 1000;
}

void check(const aura::audio::Source& source) {
  require(is_line(source.codec));
  require(source.sample_rate_hz >= 0 && source.channels >= 0);
  require(!source.correlation || std::abs(*source.correlation) <= 1);
  for (const auto& ratio : {source.balance_db, source.width_db})
    require(!ratio || std::abs(*ratio) <= aura::audio::Source::kMostDb);
  for (const double number : {source.start_silence_s, source.end_silence_s, source.dc_offset,
                              source.cutoff_hz, source.cutoff_db})
    require(std::isfinite(number) && number >= 0);
}

void check(const aura::audio::DecodeResult& result) {
  if (result.error) {
    const auto& code = result.error->code();
    require(!code.empty() && code.size() <= 40);
    require(code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
    require(is_line(result.error->what()));
    return;
  }
  const auto& [title, artist, album, genre, isrc, year] = result.tags;
  for (const auto* text : {&title, &artist, &album, &genre, &isrc}) {
    require(is_line(*text) && text->size() <= aura::audio::kMaxTagBytes);
    require(!aura::find_invalid_utf8(*text));
  }
  require(!year || (*year >= aura::audio::kFirstTagYear && *year <= aura::audio::kLastTagYear));
  require(result.decoded.warnings.size() <= 16);
  for (const auto& warning : result.decoded.warnings) require(is_line(warning));
  const auto& loudness = result.decoded.loudness;
  for (const auto& level : {loudness.integrated_lufs, loudness.range_lu, loudness.true_peak_dbtp})
    require(is_level(level));
  check(result.decoded.source);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // What a socket takes without a listener is more.
  constexpr std::size_t kMostBytes = 64 << 10;
  if (size == 0 || size > kMostBytes) return 0;
  const bool hangs_up = (data[0] & 1) != 0;
  std::array<std::byte, 256> ring{};
  const auto shared = std::min({std::size_t{data[0]} & ~std::size_t{1}, size - 1, ring.size()});
  std::ranges::copy(std::as_bytes(Bytes(data + 1, shared)), ring.begin());
  const Bytes said(data + 1 + shared, size - 1 - shared);

  std::array<int, 2> ends{};
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  require(::write(ends[0], said.data(), said.size()) == static_cast<ssize_t>(said.size()));
  if (hangs_up) ::shutdown(ends[0], SHUT_WR);
  MessageReader reader(ends[1], ring, std::chrono::milliseconds(0));
  std::size_t messages = 0;
  try {
    while (const auto samples = reader.next()) {
      require(!samples->empty() && samples->size_bytes() <= ring.size() / 4);
      for (const float sample : *samples) require(aura::audio::is_sound(sample));
      if (const auto& format = reader.format()) {
        require(format->channels >= 1 && format->channels <= aura::audio::kMaxChannels);
        require(samples->size() % static_cast<std::size_t>(format->channels) == 0);
      }
      ++messages;
    }
    require(hangs_up || reader.result());
    require(!reader.next());
  } catch (const MessageReader::Malformed&) {
    require(!reader.result());
  } catch (const MessageReader::Stalled&) {
    require(!hangs_up && !reader.result());
  }
  require(messages <= said.size() / 8);
  if (reader.result()) check(*reader.result());
  for (const int end : ends) ::close(end);
  return 0;
}
