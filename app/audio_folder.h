#pragma once

#include <string>
#include <vector>

namespace aura::app {

/// Which folders to look in.
enum class Depth { kFolder, kFoldersBelow };

/// Returns the audio files in `folder` and, with kFoldersBelow, in the folders below it, by their
/// endings and in the order of their paths. Omits hidden files, and does not follow links to
/// folders. Each path begins with `folder`. Throws ConfigError if `folder` is no folder or can't be
/// read. Thread-safe.
std::vector<std::string> find_audio_files(const std::string& folder,
                                          Depth depth = Depth::kFoldersBelow);

}  // namespace aura::app
