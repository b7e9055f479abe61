#pragma once

#include "aura/audio/tags.h"
#include "formats.h"

namespace aura::audio {

/// Reads tags like read_tags(), but takes the formats that the label names instead of the label.
Tags read_tags_as_said(const Spool& file, FormatSet said, const std::stop_token& stop = {});

}  // namespace aura::audio
