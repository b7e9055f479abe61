#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "aura/base/file_descriptor.h"

namespace aura {

/// The source's description of a file. Untrusted: use it as a hint.
struct Label {
  std::string name;        ///< without folders; empty if unknown
  std::string media_type;  ///< as in HTTP's Content-Type; empty if unknown
};

/// Bytes that are appended once and then read at random. They are kept in memory up to a limit and
/// beyond it in a temporary file without a name, which is gone with the process however that ends.
/// Where no such file can be made, they stay in memory.
///
/// One thread appends; once that has ended, any number may read.
class Spool {
 public:
  static constexpr std::uint64_t kMemoryBytes = std::uint64_t{16} << 20;

  /// An empty one. The temporary file lies in `directory`; where that is empty, in TMPDIR or /tmp.
  /// Throws std::bad_alloc.
  explicit Spool(std::uint64_t memory_bytes = kMemoryBytes, std::filesystem::path directory = {});

  /// The regular file at `path`, to be read only. Throws JobError (no retry) with code "unreadable"
  /// where it can't be read or is something else (a pipe, a device, a directory), and "too_large".
  /// Its label has the file's name.
  static Spool open(const std::string& path, std::uint64_t max_bytes);

  /// What the descriptor() of another process's spool of `size` bytes holds, to be read only.
  Spool(FileDescriptor file, std::uint64_t size);

  /// Throws JobError "no_space", which is worth a retry, when the temporary file's disk is full or
  /// fails.
  void append(std::span<const std::uint8_t> bytes);

  std::uint64_t size() const noexcept { return size_; }

  /// Reads what lies from `offset` on into `into`; how many bytes that were, fewer than asked for
  /// only at the end. Throws JobError "read_failed", which is worth a retry.
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> into) const;

  /// The first bytes, `count` of them or all.
  std::string read_start(std::size_t count) const;

  const Label& label() const noexcept { return label_; }
  void set_label(Label label) noexcept { label_ = std::move(label); }

  /// What holds the bytes, for another process to read. Its file position means nothing.
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
