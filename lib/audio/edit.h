#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aura/audio/retag.h"

namespace aura::audio {

// All functions here are thread-safe.

/// No edit takes more bytes as a message.
inline constexpr std::size_t kMaxEditMessageBytes =
    sizeof(std::uint64_t) + Edit::kMaxPieces * sizeof(Edit::Piece) + Edit::kMaxAddedBytes;

/// Returns `edit` as the bytes of a message between processes, and the edit of such bytes, which
/// may be hostile; nothing if they are none.
std::string bytes_of_edit(const Edit& edit);
std::optional<Edit> edit_of_bytes(std::string_view bytes);

/// Returns whether every piece of `edit` lies in a file of `file_bytes` bytes or in what is added.
bool is_edit_of(const Edit& edit, std::uint64_t file_bytes) noexcept;

}  // namespace aura::audio
