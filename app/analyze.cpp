#include "aura/analysis/analyze.h"

#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>

#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "aura/base/spool.h"
#include "aura/base/text.h"
#include "aura/fetch/fetcher.h"
#include "aura/worker/settings.h"
#include "commands.h"
#include "input.h"

namespace aura::app {
namespace {

struct Options {
  std::vector<std::string> inputs;
  std::string lyrics;
  bool json = false;
};

/// A line on the terminal that says how far the current input is; nothing where there is no
/// terminal.
class TerminalProgress {
 public:
  explicit TerminalProgress(std::string name) : name_(std::move(name)) { show(0); }
  ~TerminalProgress() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
  }
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;

  void show(int percent) {
    if (!shown_) return;
    std::cerr << "\r\x1b[K" << name_ << "  " << percent << " %" << std::flush;
  }

 private:
  std::string name_;
  bool shown_ = isatty(STDERR_FILENO) == 1;
};

/// `fetcher` is made when the first URL comes: it loads every certificate that the system trusts.
Spool read_input(const std::string& input, const fetch::FetchLimits& limits,
                 std::optional<fetch::Fetcher>& fetcher) {
  if (!is_url(input)) return Spool::open(input, limits.max_bytes);
  if (!fetcher) fetcher.emplace(limits);
  return fetcher->fetch(input);
}

analysis::Report analyze_input(const std::string& input, const std::optional<LyricsFile>& lyrics,
                               const worker::AnalysisSettings& settings,
                               const audio::Decoder& decoder,
                               std::optional<fetch::Fetcher>& fetcher) {
  TerminalProgress progress(track_name(input));
  const auto file = read_input(input, settings.fetch, fetcher);
  progress.show(analysis::step::kDownloaded);
  analysis::Track track{.file = file};
  if (lyrics) {
    track.lyrics = lyrics->text;
    track.lyrics_cut = lyrics->cut;
  }
  return analysis::analyze(track, decoder, settings.decode,
                           [&](int percent) { progress.show(percent); });
}

int run(const Options& options) {
  auto decoder = audio::Decoder::sandboxed();  // before any thread or secret
  const auto settings = worker::read_analysis_settings(Env::load());
  decoder.apply(settings.sandboxing);
  const auto lyrics = read_lyrics_file(options.lyrics, settings.max_lyrics_bytes);
  std::optional<fetch::Fetcher> fetcher;
  int failed = 0;
  for (const auto& input : options.inputs) {
    try {
      const auto report = analyze_input(input, lyrics, settings, decoder, fetcher);
      std::cout << (options.json ? analysis::to_json(report) + "\n"
                                 : analysis::to_text(report, track_name(input)) + "\n")
                << std::flush;
    } catch (const std::exception& error) {
      ++failed;
      std::cerr << "aura: " << (is_url(input) ? redact_url(input) : one_line(input)) << ": "
                << error.what() << "\n";
    }
  }
  if (!std::cout) throw std::runtime_error("standard output can't be written to");
  return failed == 0 ? 0 : 1;
}

}  // namespace

void add_analyze(CLI::App& app, Command& chosen) {
  auto* command =
      app.add_subcommand("analyze", "Analyse files or URLs at once, without a database");
  const auto options = std::make_shared<Options>();
  command->add_option("input", options->inputs, "Audio files or http(s) URLs")
      ->required()
      ->type_name("FILE|URL");
  command->add_option("--lyrics", options->lyrics, "A UTF-8 text file with the lyrics")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print the fullReport object, one line an input");
  command->footer(
      "Exit status: 0 if every input was analysed, 1 if one was not, 2 for wrong arguments.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
