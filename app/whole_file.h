#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>

namespace aura::app {

/// Writes the file at `path` as `write` writes to the stream, which gets the file's folder too:
/// beside what is there first, so that a full disk doesn't cost it; to what is no file, a pipe say,
/// as it is. Throws std::runtime_error, one line, if it can't be written, and what `write` throws;
/// then nothing is left of it.
void write_whole(
    const std::string& path,
    const std::function<void(std::ostream& stream, const std::filesystem::path& folder)>& write);

}  // namespace aura::app
