#pragma once

#include <optional>
#include <string>

#include "aura/analysis/report.h"
#include "aura/audio/decoder.h"
#include "aura/fetch/fetcher.h"
#include "aura/worker/settings.h"
#include "input.h"

namespace aura::app {

/// Analyses files and URLs one after another, without a database. How far it is stands on the
/// terminal meanwhile, where there is one.
class InputAnalyzer {
 public:
  /// With the lyrics in `lyrics_file`, unless that is empty. Must be made before any thread. Throws
  /// ConfigError where a setting or the file is not as it must be.
  explicit InputAnalyzer(const std::string& lyrics_file);

  /// Throws JobError where the input can't be had or analysed.
  analysis::Report analyze(const std::string& input);

 private:
  Spool read(const std::string& input);

  audio::Decoder decoder_ = audio::Decoder::sandboxed();  // before any secret is read
  worker::AnalysisSettings settings_;
  std::optional<LyricsFile> lyrics_;
  /// Made when the first URL comes: it loads every certificate that the system trusts.
  std::optional<fetch::Fetcher> fetcher_;
};

/// What the command says of an input that failed: one line, its end left out.
std::string failure_line(const std::string& input, const std::exception& error);

}  // namespace aura::app
