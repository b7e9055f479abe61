#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace aura::audio {

/// A folder that goes with the test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return path_ / name; }
  /// Writes a file there; returns its path.
  std::string write(const std::string& name, std::span<const std::uint8_t> content) const;

 private:
  std::filesystem::path path_;
};

/// What a program, looked up in PATH, writes to its standard output. Requires that it goes well.
std::string output_of(std::vector<std::string> command);

/// All of the file at `path`.
std::vector<std::uint8_t> content_of(const std::string& path);

}  // namespace aura::audio
