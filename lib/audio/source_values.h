#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "aura/audio/source.h"

namespace aura::audio {

// All functions here are thread-safe.

/// All of a Source but its codec; NaN stands for what is absent.
using SourceNumbers = std::array<double, 14>;

/// Returns the numbers of `source`.
SourceNumbers numbers_of(const Source& source) noexcept;

/// Returns the Source with these numbers and this codec, which may be hostile. Nothing if a number
/// is out of range or the codec is no name.
std::optional<Source> source_of(const SourceNumbers& numbers, std::string_view codec);

}  // namespace aura::audio
