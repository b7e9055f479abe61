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

/// The first `seconds` of a piece of music as FFmpeg codes it with `options`, into a file called
/// `name`.
std::vector<std::uint8_t> coded_music(const std::string& name, int seconds,
                                      const std::vector<std::string>& options);

/// All of the file at `path`.
std::vector<std::uint8_t> content_of(const std::string& path);

}  // namespace aura::audio
