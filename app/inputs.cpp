#include "inputs.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "audio_folder.h"
#include "aura/base/cpus.h"
#include "aura/base/text.h"
#include "input.h"
#include "playlist.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStandardInput = "-";

JobError unreadable(const std::string& why) {
  return {"unreadable", why, Retry::kNo};
}

/// Returns the path of `file` below `folder`; the file's name alone if it is elsewhere.
std::string place_below(const fs::path& folder, const std::string& file) {
  const auto below =
      fs::path(file).lexically_normal().lexically_relative(folder.lexically_normal() / "");
  const bool is_below = !below.empty() && *below.begin() != ".." && *below.begin() != ".";
  return (is_below ? below : fs::path(file).filename()).string();
}

std::string place_of_url(const std::string& url) {
  auto name = track_name(url);
  std::ranges::replace(name, '/', '_');
  return name == "." || name == ".." ? "_" : name;
}

void add_folder(const std::string& folder, bool is_recursive, std::vector<Input>& inputs) {
  Input none{.name = folder, .place = {}};
  try {
    for (auto& file :
         find_audio_files(folder, is_recursive ? Depth::kFoldersBelow : Depth::kFolder)) {
      auto place = place_below(folder, file);
      inputs.push_back({.name = std::move(file), .place = std::move(place)});
      none.name.clear();
    }
    none.problem = unreadable(is_recursive ? "no audio file is in this folder or below it"
                                           : "no audio file is in this folder: with -r, those of "
                                             "the folders below it count too");
  } catch (const ConfigError&) {
    none.problem = unreadable("the folder can't be read: check the rights of it and below it");
  }
  if (!none.name.empty()) inputs.push_back(std::move(none));
}

void add_playlist(const std::string& path, std::vector<Input>& inputs) {
  const auto folder = fs::path(path).parent_path();
  try {
    const auto entries = read_playlist(path);
    if (entries.empty()) throw unreadable("the playlist names no track");
    for (const auto& entry : entries)
      inputs.push_back({.name = entry,
                        .place = is_url(entry) ? place_of_url(entry) : place_below(folder, entry)});
  } catch (const JobError& error) {
    inputs.push_back({.name = path, .place = {}, .problem = error});
  }
}

}  // namespace

std::size_t InputOptions::thread_count() const {
  return threads > 0 ? static_cast<std::size_t>(threads) : available_cpus();
}

void add_input_options(CLI::App& command, InputOptions& options) {
  command
      .add_option("input", options.arguments,
                  "Audio files, folders, http(s) URLs, playlists (.m3u, .m3u8, .pls), pipes, or "
                  "- for standard input")
      ->required()
      ->type_name("FILE|DIR|URL|PLAYLIST|-");
  command.add_flag("-r,--recursive", options.is_recursive,
                   "Folders below the given ones count too");
  command
      .add_option("-j,--jobs", options.threads,
                  "Analyse so many tracks at the same time; default: one per CPU")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
}

std::vector<Input> find_inputs(const InputOptions& options) {
  const auto& arguments = options.arguments;
  if (std::ranges::count(arguments, kStandardInput) > 1)
    throw ConfigError("- is standard input, which can be read only once: give it once");
  std::vector<Input> inputs;
  for (const auto& argument : arguments) {
    std::error_code failure;
    if (argument == kStandardInput) {
      inputs.push_back({.name = argument, .place = "standard input", .is_stream = true});
    } else if (is_url(argument)) {
      inputs.push_back({.name = argument, .place = place_of_url(argument)});
    } else if (fs::is_directory(argument, failure)) {
      add_folder(argument, options.is_recursive, inputs);
    } else if (is_playlist(argument) && fs::is_regular_file(argument, failure) &&
               !is_hls(argument)) {
      add_playlist(argument, inputs);
    } else {
      inputs.push_back({.name = argument,
                        .place = fs::path(argument).filename().string(),
                        .is_stream = fs::is_fifo(argument, failure)});
    }
  }
  return inputs;
}

}  // namespace aura::app
