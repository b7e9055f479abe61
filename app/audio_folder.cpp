#include "audio_folder.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "aura/base/error.h"
#include "aura/base/text.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 20> kEndings{
    ".aac", ".aif", ".aiff", ".alac", ".ape", ".caf",  ".flac", ".m4a",  ".m4b", ".mka",
    ".mp2", ".mp3", ".mp4",  ".oga",  ".ogg", ".opus", ".wav",  ".wave", ".wma", ".wv"};

bool is_audio(const fs::path& path) {
  const auto ending = lower_ascii(path.extension().string());
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

}  // namespace

std::vector<std::string> find_audio_files(const std::string& folder, Depth depth) {
  std::error_code error;
  const auto refuse = [&] {
    throw ConfigError(one_line(folder) + ": there is no such folder, or it can't be read");
  };
  if (!fs::is_directory(folder, error)) refuse();
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator entry(folder, error), end; entry != end;
       entry.increment(error)) {
    if (error) break;
    if (is_hidden(entry->path()) || depth == Depth::kFolder) entry.disable_recursion_pending();
    if (is_hidden(entry->path())) continue;
    std::error_code gone;
    if (is_audio(entry->path()) && entry->is_regular_file(gone))
      files.push_back(entry->path().string());
  }
  if (error) refuse();
  std::ranges::sort(files);
  return files;
}

}  // namespace aura::app
