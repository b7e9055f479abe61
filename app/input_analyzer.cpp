#include "input_analyzer.h"

#include <unistd.h>

#include <iostream>
#include <new>
#include <utility>

#include "aura/analysis/judge.h"
#include "aura/analysis/step.h"
#include "aura/base/env.h"
#include "aura/base/error.h"
#include "aura/base/spool.h"
#include "aura/base/text.h"

namespace aura::app {
namespace {

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

}  // namespace

InputAnalyzer::InputAnalyzer(const std::string& lyrics_file,
                             std::optional<analysis::MeasurementCache> cache)
    : settings_(worker::read_analysis_settings(Env::load())), cache_(std::move(cache)) {
  decoder_.apply(settings_.sandboxing);
  lyrics_ = read_lyrics_file(lyrics_file, settings_.max_lyrics_bytes);
}

Spool InputAnalyzer::read(const std::string& input) {
  if (!is_url(input)) return Spool::open(input, settings_.fetch.max_bytes);
  if (!fetcher_) fetcher_.emplace(settings_.fetch);
  return fetcher_->fetch(input);
}

analysis::MeasuredOnce InputAnalyzer::measure(const Spool& file,
                                              const analysis::OnProgress& on_step) {
  if (cache_) return measure_once(file, decoder_, settings_.decode, *cache_, on_step);
  return {.measurements =
              analysis::measure(file, decoder_, settings_.decode, on_step).measurements};
}

Analyzed InputAnalyzer::analyze(const std::string& input) try {
  TerminalProgress progress(track_name(input));
  const auto file = read(input);
  progress.show(analysis::step::kDownloaded);
  const analysis::OnProgress on_step = [&](int percent) { progress.show(percent); };
  auto measured = measure(file, on_step);
  analysis::Lyrics lyrics;
  if (lyrics_) lyrics = {lyrics_->text, lyrics_->cut};
  return {.report = judge(std::move(measured.measurements), lyrics, on_step),
          .is_cache_hit = measured.is_hit,
          .is_cache_unwritable = measured.is_unwritable};
} catch (const std::bad_alloc&) {
  throw JobError("out_of_memory",
                 "not enough memory for this track: free some, or use a shorter track",
                 Retry::kYes);
}

std::string failure_line(const std::string& input, const std::exception& error) {
  return "aura: " + (is_url(input) ? redact_url(input) : one_line(input)) + ": " + error.what();
}

}  // namespace aura::app
