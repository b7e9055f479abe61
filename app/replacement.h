#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "aura/base/file_descriptor.h"
#include "aura/base/spool.h"

namespace aura::app {

/// A new version of a file, which takes the file's place once it is complete. Until then it is a
/// temporary file in the file's folder, which the destructor deletes; where the file system can, it
/// has no name and so is gone even if the process is killed. Not thread-safe.
class Replacement {
 public:
  /// Opens the file at `path`; of a symbolic link, the file that it leads to. Throws
  /// std::runtime_error, one line: if nothing can be written there, or the file is write-protected
  /// or has more than one name.
  explicit Replacement(const std::string& path);
  ~Replacement();
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  /// Returns the file as it was.
  Spool before() const;
  /// Appends to the new version. Throws std::runtime_error, one line, if that fails.
  void append(std::span<const std::uint8_t> bytes);
  /// Gives the new version the file's owner, mode and extended attributes. Returns it once it has
  /// reached the disk. Throws std::runtime_error, one line, if that fails.
  Spool after() const;
  /// Puts the new version in the file's place. Throws std::runtime_error, one line, if that fails
  /// or if somebody has changed the file meanwhile; then the file is as it was.
  void commit();

 private:
  void open_temporary();
  void copy_attributes() const;
  void give_name();
  Spool spool_of(const FileDescriptor& file) const;

  std::filesystem::path target_;
  FileDescriptor folder_;
  FileDescriptor file_;
  struct stat status_ {};
  FileDescriptor written_;
  std::string temporary_;  // its name in the folder; empty if it has none
};

}  // namespace aura::app
