#pragma once

#include <cstddef>
#include <string_view>

namespace aura {

/// How much of a file's start the functions below look at.
inline constexpr std::size_t kFileStartBytes = 1024;

/// What there may be in the place of a track.
enum class Document { kNone, kWebPage, kErrorMessage };

/// What `start`, the first bytes of a file, begins: a web page (HTML, any other XML), or an error
/// message of a store or an API (a JSON object, XML named like one). Blanks, comments and
/// declarations may come before. Text alone counts: no format that holds sound is ever a document.
Document document_of(std::string_view start) noexcept;

/// Whether `start`, the first bytes of a file, is surely the start of a format that holds sound:
/// never of bytes that a web server has compressed, but for a chance of 1 in 2^24. AC-3 and MPEG
/// transport streams have no start as sure as that.
bool begins_as_audio(std::string_view start) noexcept;

}  // namespace aura
