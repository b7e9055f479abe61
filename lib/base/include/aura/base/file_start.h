#pragma once

#include <cstddef>
#include <string_view>

namespace aura {

// All functions here are thread-safe.

/// How many bytes of a file's start to pass to the functions below.
inline constexpr std::size_t kFileStartBytes = 1024;

/// What a host may send instead of a track.
enum class Document { kNone, kWebPage, kErrorMessage };

/// Returns which document begins with `start`, the first bytes of a file. HTML, and XML with a
/// declaration, is a web page. A JSON object, or an element whose name starts with "error", is the
/// error message of a store or an API. Skips blanks, comments and declarations at the start.
/// Returns kNone for bytes that are no text, and so for every audio format.
Document document_of(std::string_view start) noexcept;

/// Returns whether `start`, the first bytes of a file, has the signature of an audio format. Bytes
/// that a web server has compressed have a signature with a chance of 1 in 2^24. Returns false for
/// AC-3 and MPEG transport streams: their start is not distinctive enough.
bool begins_as_audio(std::string_view start) noexcept;

}  // namespace aura
