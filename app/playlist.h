#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aura::app {

// All functions here are thread-safe.

/// Returns whether `path` ends as playlists do: .m3u, .m3u8 or .pls.
bool is_playlist(std::string_view path);

/// Returns whether the regular file at `path` describes a stream in pieces (HTTP Live Streaming)
/// rather than tracks: its first 64 KB have a tag of HLS. Of a file that can't be read: false.
bool is_hls(const std::string& path);

/// Returns the tracks that the playlist at `path` names, in order: URLs, and paths of files, which
/// are relative to the playlist's folder unless they are absolute. A file:// URL counts as its
/// path. If no file has the name of an entry with backslashes, they count as slashes. The playlist
/// may be a stranger's: its entries name regular files and URLs, never a pipe or a device. Throws
/// JobError (no retry) if it can't be read or is larger than 16 MB.
std::vector<std::string> read_playlist(const std::string& path);

}  // namespace aura::app
