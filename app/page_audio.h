#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <string>

#include "aura/base/spool.h"
#include "inputs.h"

namespace aura::app {

/// Whether a page can play its track.
enum class PageAudio {
  kNone,   ///< no
  kLink,   ///< from where the track is
  kEmbed,  ///< from the page itself
};

/// The options --audio and --audio-max-mb.
struct PageAudioOptions {
  PageAudio audio = PageAudio::kNone;
  std::uint64_t max_mb = 32;
};

/// Adds both options to `command`. The caller keeps `options` alive.
void add_page_audio_options(CLI::App& command, PageAudioOptions& options);

// All functions here are thread-safe. They return addresses as page::ReportContent::audio has them.

/// Returns the address of a track for a page in `folder`: its relative path, or its URL. Throws
/// std::runtime_error if it has none: standard input, pipes, and URLs that are not https.
std::string audio_link(const Input& input, const std::filesystem::path& folder);

/// Throws std::runtime_error if `file` is larger than a page may hold.
void check_embeddable(const Spool& file, const PageAudioOptions& options);

/// Returns `file` as a data: URI.
std::string audio_data(const Spool& file);

}  // namespace aura::app
