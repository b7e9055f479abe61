#include "input_analyzer.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <new>
#include <utility>

#include "aura/analysis/judge.h"
#include "aura/analysis/step.h"
#include "aura/base/error.h"
#include "aura/base/spool.h"
#include "aura/base/text.h"
#include "stream_input.h"

namespace aura::app {
namespace {

constexpr const char* kStandardInput = "-";

}  // namespace

Inputs kind_of(const std::vector<Input>& inputs) {
  const bool has_url =
      std::ranges::any_of(inputs, [](const Input& input) { return is_url(input.name); });
  return has_url ? Inputs::kAny : Inputs::kFiles;
}

InputAnalyzer::InputAnalyzer(const std::vector<Input>& inputs, const std::string& lyrics_file,
                             const ModelOptions& models,
                             std::unique_ptr<analysis::MeasurementCache> cache)
    : reader_(kind_of(inputs), models),
      lyrics_(read_lyrics_file(lyrics_file, reader_.settings().max_lyrics_bytes)),
      cache_(std::move(cache)) {}

Spool InputAnalyzer::open(const Input& input, const std::stop_token& stop) {
  if (input.problem) throw JobError(*input.problem);
  if (!input.is_stream) return reader_.open(input.name, stop);
  const auto max_bytes = reader_.settings().fetch.max_bytes;
  return input.name == kStandardInput ? read_standard_input(max_bytes, stop)
                                      : read_pipe(input.name, max_bytes, stop);
}

Analyzed InputAnalyzer::analyze(const Input& input, const analysis::OnProgress& on_step,
                                const std::stop_token& stop) {
  return analyze(open(input, stop), on_step, stop);
}

Analyzed InputAnalyzer::analyze(const Spool& file, const analysis::OnProgress& on_step,
                                const std::stop_token& stop) try {
  if (on_step) on_step(analysis::step::kDownloaded);
  auto measured = reader_.measure_once(file, cache_.get(), on_step, stop);
  analysis::Lyrics lyrics;
  if (lyrics_) lyrics = {lyrics_->text, lyrics_->cut};
  auto report = judge(std::move(measured.measurements), lyrics, on_step);
  report.file_tags = reader_.decoder().read_tags(file, stop);
  return {.report = std::move(report),
          .sha256 = to_hex(measured.content),
          .is_cache_hit = measured.is_hit,
          .is_cache_unwritable = measured.is_unwritable};
} catch (const std::bad_alloc&) {
  throw JobError("out_of_memory",
                 "not enough memory for this track: free some, or use a shorter track",
                 Retry::kYes);
}

TerminalProgress::TerminalProgress(std::string name)
    : name_(std::move(name)), is_shown_(isatty(STDERR_FILENO) == 1) {
  show(0);
}

TerminalProgress::~TerminalProgress() {
  if (is_shown_) std::cerr << "\r\x1b[K" << std::flush;
}

void TerminalProgress::show(int percent) {
  if (is_shown_) std::cerr << "\r\x1b[K" << name_ << "  " << percent << " %" << std::flush;
}

std::string title_of(const Input& input) {
  return input.is_stream && input.name == kStandardInput ? "standard input"
                                                         : track_name(input.name);
}

std::string failure_line(const std::string& input, const std::exception& error) {
  return "aura: " + (is_url(input) ? redact_url(input) : one_line(input)) + ": " + error.what();
}

}  // namespace aura::app
