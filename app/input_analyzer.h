#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "audio_reader.h"
#include "aura/analysis/measure_once.h"
#include "aura/analysis/report.h"
#include "input.h"
#include "inputs.h"

namespace aura::app {

/// A report, and where its measurements come from.
struct Analyzed {
  analysis::Report report;
  std::string sha256;                ///< of the file, 64 hexadecimal digits
  bool is_cache_hit = false;         ///< The measurements were in the cache.
  bool is_cache_unwritable = false;  ///< The measurements could not be stored in the cache.
};

/// Returns what an AudioReader is to open for `inputs`. Thread-safe.
Inputs kind_of(const std::vector<Input>& inputs);

/// Analyses files and URLs, without a database. Thread-safe after the constructor.
class InputAnalyzer {
 public:
  /// Reads the settings that `inputs` need, and the lyrics from `lyrics_file` unless its name is
  /// empty. With a `cache`, which may be null, it measures no file twice. Call before the process
  /// starts a thread. Throws ConfigError if a setting, the file or the model is wrong.
  InputAnalyzer(const std::vector<Input>& inputs, const std::string& lyrics_file,
                const ModelOptions& models, std::unique_ptr<analysis::MeasurementCache> cache = {});

  /// Returns the report of an input, with the tags of its file. Calls `on_step` as
  /// analysis::analyze() does. Throws JobError if the input can't be read or analysed; Stopped soon
  /// after `stop` is requested.
  Analyzed analyze(const Input& input, const analysis::OnProgress& on_step = {},
                   const std::stop_token& stop = {});

  /// Returns the file of an input. Standard input and pipes can be opened once. Throws as
  /// analyze().
  Spool open(const Input& input, const std::stop_token& stop = {});
  /// As analyze(), for a file that is open.
  Analyzed analyze(const Spool& file, const analysis::OnProgress& on_step = {},
                   const std::stop_token& stop = {});

  const AudioReader& reader() const noexcept { return reader_; }
  /// Returns the cache; null without one.
  analysis::MeasurementCache* cache() const noexcept { return cache_.get(); }

 private:
  AudioReader reader_;
  std::optional<LyricsFile> lyrics_;
  std::unique_ptr<analysis::MeasurementCache> cache_;
};

/// Shows on standard error, if it is a terminal, how far an input is. Not thread-safe.
class TerminalProgress {
 public:
  /// `name` is one line.
  explicit TerminalProgress(std::string name);
  ~TerminalProgress();
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;

  void show(int percent);

 private:
  std::string name_;
  bool is_shown_;
};

/// Returns the name of an input as the title of its report, on one line. Thread-safe.
std::string title_of(const Input& input);

/// Returns one line, without its end, that says why an input failed. Thread-safe.
std::string failure_line(const std::string& input, const std::exception& error);

}  // namespace aura::app
