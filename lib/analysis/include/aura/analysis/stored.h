#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "aura/analysis/measurements.h"
#include "aura/base/spool.h"

namespace aura::analysis {

/// from_stored_json() reads no longer text. Measurements take at most a third of it.
inline constexpr std::size_t kMaxStoredBytes = std::size_t{1} << 20;

// All functions here are thread-safe.

/// Returns the SHA-256 of the bytes of `file`, 64 hexadecimal digits in lower case. The name and
/// the type of `file` do not count. Throws what Spool::read throws, and std::runtime_error if
/// OpenSSL fails.
std::string content_sha256(const Spool& file);

/// Returns the measurements of a file as one JSON object on one line. `sha256` is the file's
/// content_sha256(). Holds only what depends on the bytes of the file: no name, no URL, no lyrics.
/// Throws std::logic_error if a number is not finite.
///
///     {"sha256", "libavcodec", "parts": {"core": {"version", "data"}, "rhythm", "tonal",
///     "pictures"}}
std::string to_stored_json(const Measurements& measurements, std::string_view sha256);

/// Returns the measurements that to_stored_json() has written to `text`, which may be hostile.
/// Returns nothing if `text` is damaged, belongs to another file, or does not hold every part in
/// its version of today. Also returns nothing if another version of libavcodec has decoded the
/// file: a report names the version that made its numbers.
std::optional<Measurements> from_stored_json(std::string_view text, std::string_view sha256);

}  // namespace aura::analysis
