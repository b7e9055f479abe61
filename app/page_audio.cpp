#include "page_audio.h"

#include <map>
#include <span>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

#include "aura/base/percent.h"
#include "aura/base/text.h"
#include "aura/fetch/url.h"
#include "input.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostMb = 256;

std::string link_of_url(const std::string& input) {
  const auto url = fetch::parse_url(input);
  if (!url.https)
    throw std::runtime_error(
        "a page links only to https: give an https URL, or --audio embed, or the file");
  const auto query = url.target.find('?');
  // What separates parts of the page's policy may not be in the path.
  return "https://" + url.authority() +
         percent_encode(url.target.substr(0, query), "/-._~:@!$&()*+=", Escapes::kKeep) +
         (query == std::string::npos
              ? ""
              : percent_encode(url.target.substr(query), "/-._~:@!$&()*+=?;,[]", Escapes::kKeep));
}

/// Returns the media type of a file that begins with `start`.
std::string_view media_type_of(std::string_view start) {
  const auto has = [&](std::size_t at, std::string_view text) {
    return start.size() >= at && start.substr(at).starts_with(text);
  };
  const auto byte = [&](std::size_t at) {
    return at < start.size() ? static_cast<unsigned char>(start[at]) : 0U;
  };
  if (has(0, "RIFF") || has(0, "RF64")) return "audio/wav";
  if (has(0, "fLaC")) return "audio/flac";
  if (has(0, "OggS")) return "audio/ogg";
  if (has(4, "ftyp")) return "audio/mp4";
  if (has(0, "\x1A\x45\xDF\xA3")) return "audio/webm";
  if (has(0, "FORM")) return "audio/aiff";
  // ADTS has no layer.
  if (byte(0) == 0xFF && (byte(1) & 0xF6U) == 0xF0) return "audio/aac";
  return "audio/mpeg";
}

}  // namespace

void add_page_audio_options(CLI::App& command, PageAudioOptions& options) {
  static const std::map<std::string, PageAudio> ways{
      {"none", PageAudio::kNone}, {"link", PageAudio::kLink}, {"embed", PageAudio::kEmbed}};
  command
      .add_option("--audio", options.audio,
                  "Whether a page plays its track. link: from where the track is now, a file or an "
                  "https URL. embed: from the page itself, which gets a third larger than the "
                  "track. Default: none")
      ->type_name("none|link|embed")
      ->transform(CLI::CheckedTransformer(ways).description(""));
  command
      .add_option("--audio-max-mb", options.max_mb,
                  "The largest track that --audio embed puts into a page, in MB")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, kMostMb))
      ->capture_default_str();
}

std::string audio_link(const Input& input, const fs::path& folder) {
  if (input.is_stream)
    throw std::runtime_error("a page can't link to what comes through a pipe: give --audio embed");
  if (is_url(input.name)) return link_of_url(input.name);
  std::error_code failure;
  const auto path = fs::relative(input.name, folder.empty() ? "." : folder, failure).string();
  if (failure || path.empty())
    throw std::runtime_error("the page can't link to this file: check the path");
  return (path.starts_with("../") ? "" : "./") + percent_encode(path, "/-._~");
}

void check_embeddable(const Spool& file, const PageAudioOptions& options) {
  if (file.size() <= options.max_mb << 20U) return;
  constexpr std::uint64_t kMb = 1 << 20U;
  throw std::runtime_error("the track has " + std::to_string((file.size() + kMb - 1) / kMb) +
                           " MB, and a page holds at most " + std::to_string(options.max_mb) +
                           " (--audio-max-mb): give --audio link");
}

std::string audio_data(const Spool& file) {
  std::vector<std::uint8_t> bytes(file.size());
  bytes.resize(file.read(0, bytes));
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()),
                               std::min<std::size_t>(bytes.size(), 16));
  return "data:" + std::string(media_type_of(start)) + ";base64," +
         base64(std::as_bytes(std::span(bytes)));
}

}  // namespace aura::app
