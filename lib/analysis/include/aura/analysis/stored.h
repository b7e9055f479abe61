#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "aura/analysis/measurements.h"
#include "aura/base/sha256.h"
#include "aura/base/spool.h"

namespace aura::analysis {

/// from_stored_json() reads no longer text. Measurements take at most a third of it.
inline constexpr std::size_t kMaxStoredBytes = 1'200'000;

// All functions here are thread-safe.

/// Returns the SHA-256 of the bytes of `file`. The name and the type of `file` do not count. Throws
/// what Spool::read throws, and std::runtime_error if OpenSSL fails.
Sha256 content_hash(const Spool& file);
/// Returns content_hash() as 64 hexadecimal digits in lower case. Throws as it does.
std::string content_sha256(const Spool& file);

/// Returns the measurements of a file as one JSON object on one line. `sha256` is the file's
/// content_sha256(). Holds only what depends on the bytes of the file: no name, no URL, no lyrics.
/// Omits an empty fingerprint and tags that were not measured. Throws std::logic_error if a number
/// is not finite.
///
///     {"sha256", "libavcodec", "parts": {"core": {"version", "data"}, "rhythm", "tonal",
///     "structure", "pictures", "timbre", "spectrum", "source", "fingerprint", "tags"}}
std::string to_stored_json(const Measurements& measurements, std::string_view sha256);

/// Returns the parts that to_stored_json() has written to `text`, which may be hostile. Omits
/// damaged parts and parts of other versions. Returns no part if `text` is damaged or belongs to
/// another file, or if another version of libavcodec has decoded the file: a report names the
/// version that made its numbers.
KnownParts from_stored_json(std::string_view text, std::string_view sha256);

/// Returns the version of `part` as a database stores it: that of its numbers and that of
/// libavcodec, "1 59.37.100".
std::string stored_version(Part part);

/// Returns one part, which was measured, as a JSON object on one line, as to_json() for it. Throws
/// std::logic_error if a number is not finite.
std::string to_stored_part(const Measurements& measurements, Part part);

/// Reads the part that to_stored_part() has written to `text`, which may be hostile, and adds it to
/// `known`. Returns whether it did: not if `text` is damaged.
bool read_stored_part(std::string_view text, Part part, KnownParts& known);

}  // namespace aura::analysis
