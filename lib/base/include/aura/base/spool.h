#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "aura/base/file_descriptor.h"

namespace aura {

/// How the source of a file describes it. Untrusted: use it only as a hint.
struct Label {
  std::string name;        ///< without folders; empty if unknown
  std::string media_type;  ///< as in HTTP's Content-Type; empty if unknown
};

/// Holds bytes that are appended first and then read at any offset. Keeps them in memory up to a
/// limit, and beyond it in a temporary file without a name, which the system deletes when the
/// process ends. Keeps them in memory if no temporary file can be created.
///
/// Not thread-safe while a thread appends. Afterwards the const members are thread-safe.
class Spool {
 public:
  /// How many bytes stay in memory by default: 16 MiB.
  static constexpr std::uint64_t kMemoryBytes = std::uint64_t{16} << 20;

  /// Makes an empty spool, which moves to a temporary file in `directory` when it gets larger than
  /// `memory_bytes`. An empty `directory` means TMPDIR or /tmp. Throws std::bad_alloc.
  explicit Spool(std::uint64_t memory_bytes = kMemoryBytes, std::filesystem::path directory = {});

  /// Opens the regular file at `path` for reading only. The label has the file's name. Throws
  /// JobError (no retry): "unreadable" if the file can't be opened or is no regular file,
  /// "too_large" if it is larger than `max_bytes`.
  static Spool open(const std::string& path, std::uint64_t max_bytes);

  /// Reads the bytes of another process's spool. `file` is a copy of its descriptor(), `size` its
  /// size in bytes.
  Spool(FileDescriptor file, std::uint64_t size);

  /// Appends `bytes`. Throws JobError "no_space" (retry) if they can't be written because the
  /// memory or the disk of the temporary file is full or fails.
  void append(std::span<const std::uint8_t> bytes);

  /// Returns a second spool of the same bytes, which takes no further memory or disk. The bytes
  /// live as long as either spool. Append to neither afterwards. Throws JobError "no_resources"
  /// (retry) if the process has no free descriptor.
  Spool share() const;

  /// Returns the number of bytes.
  std::uint64_t size() const noexcept { return size_; }

  /// Copies the bytes from `offset` on to `into`. Returns how many bytes it copied: fewer than
  /// `into` holds only at the end. Throws JobError "read_failed" (retry) if the system can't read.
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> into) const;

  /// Returns the first `count` bytes, or all bytes if there are fewer. Throws as read() does.
  std::string read_start(std::size_t count) const;

  /// Returns what set_label() stored last; it lives as long as this spool.
  const Label& label() const noexcept { return label_; }
  void set_label(Label label) noexcept { label_ = std::move(label); }

  /// Returns the descriptor of the file that holds the bytes, for another process to read. This
  /// spool still owns it, and append() may replace it. Its file position means nothing.
  int descriptor() const noexcept { return file_.get(); }

 private:
  void move_to_disk();

  FileDescriptor file_;  // in memory (memfd_create) or on disk
  std::uint64_t size_ = 0;
  std::uint64_t memory_bytes_ = 0;  // beyond these the file moves to disk
  std::filesystem::path directory_;
  Label label_;
};

}  // namespace aura
