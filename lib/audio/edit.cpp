#include "edit.h"

#include <algorithm>
#include <cstring>

#include "aura/base/error.h"

namespace aura::audio {

std::string bytes_of_edit(const Edit& edit) {
  const std::uint64_t count = edit.pieces.size();
  std::string bytes(reinterpret_cast<const char*>(&count), sizeof count);
  bytes.append(reinterpret_cast<const char*>(edit.pieces.data()), count * sizeof(Edit::Piece));
  return bytes + edit.added;
}

std::optional<Edit> edit_of_bytes(std::string_view bytes) {
  std::uint64_t count = 0;
  if (bytes.size() < sizeof count) return std::nullopt;
  std::memcpy(&count, bytes.data(), sizeof count);
  bytes.remove_prefix(sizeof count);
  if (count > Edit::kMaxPieces || count > bytes.size() / sizeof(Edit::Piece)) return std::nullopt;
  Edit edit;
  edit.pieces.resize(count);
  if (count > 0) std::memcpy(edit.pieces.data(), bytes.data(), count * sizeof(Edit::Piece));
  edit.added = bytes.substr(count * sizeof(Edit::Piece));
  if (edit.added.size() > Edit::kMaxAddedBytes) return std::nullopt;
  return edit;
}

bool is_edit_of(const Edit& edit, std::uint64_t file_bytes) noexcept {
  return std::all_of(edit.pieces.begin(), edit.pieces.end(), [&](const Edit::Piece& piece) {
    const std::uint64_t all = piece.is_added != 0 ? edit.added.size() : file_bytes;
    return piece.is_added <= 1 && piece.at <= all && piece.size <= all - piece.at;
  });
}

void write_edited(const Spool& file, const Edit& edit,
                  const std::function<void(std::span<const std::uint8_t>)>& sink) {
  std::vector<std::uint8_t> block(std::size_t{1} << 18);
  for (const auto& [at, size, is_added] : edit.pieces) {
    if (is_added != 0) {
      sink({reinterpret_cast<const std::uint8_t*>(edit.added.data()) + at, size});
      continue;
    }
    for (std::uint64_t done = 0; done < size;) {
      const auto wanted =
          static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), size - done));
      const auto count = file.read(at + done, std::span(block).first(wanted));
      if (count == 0) throw JobError("read_failed", "the file got shorter meanwhile", Retry::kYes);
      sink(std::span(block).first(count));
      done += count;
    }
  }
}

}  // namespace aura::audio
