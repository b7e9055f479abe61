#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aura/audio/tags.h"

namespace aura::audio {

// All functions here are thread-safe. Their arguments may be hostile.

/// Returns the text of a tag as Tags has it.
std::string text_of_tag(std::string_view raw);

/// Returns the year of a date, such as "1999", "1999-05-01" or "01.05.1999"; nothing if there is
/// none that Tags may have.
std::optional<int> year_of_tag(std::string_view date);

/// Returns the ISRC of "US-RC1-76-07839" or "ISRC USRC17607839" as Tags has it.
std::string isrc_of_tag(std::string_view raw);

/// Returns `tags` as one text of lines, and the tags of such a text, whatever it holds; nothing if
/// it has another number of lines.
std::string lines_of_tags(const Tags& tags);
std::optional<Tags> tags_of_lines(std::string_view text);

}  // namespace aura::audio
