#include "programs.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "aura/test/process.h"

namespace aura::audio {

Folder::Folder() {
  std::string name = std::filesystem::temp_directory_path() / "aura-audio-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
  path_ = name;
}

Folder::~Folder() {
  std::filesystem::remove_all(path_);
}

std::string Folder::write(const std::string& name, std::span<const std::uint8_t> content) const {
  std::ofstream file(path(name), std::ios::binary);
  file.write(reinterpret_cast<const char*>(content.data()),
             static_cast<std::streamsize>(content.size()));
  if (!file.flush()) throw std::runtime_error("can't write " + name);
  return path(name);
}

std::string output_of(std::vector<std::string> command) {
  command.insert(command.begin(), "/usr/bin/env");
  test::Process process(command);
  const auto status = process.wait();
  INFO(command[1] << ": " << process.error_output());
  REQUIRE(status == test::ExitStatus{});
  return process.output();
}

std::vector<std::uint8_t> coded_music(const std::string& name, int seconds,
                                      const std::vector<std::string>& options) {
  const Folder folder;
  std::vector<std::string> command{"ffmpeg",    "-nostdin",
                                   "-loglevel", "error",
                                   "-t",        std::to_string(seconds),
                                   "-i",        AURA_TEST_DATA "/music/corner_table.flac"};
  command.insert(command.end(), options.begin(), options.end());
  command.insert(command.end(), {"-strict", "-2", folder.path(name)});
  output_of(command);
  return content_of(folder.path(name));
}

std::vector<std::uint8_t> content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no file " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace aura::audio
