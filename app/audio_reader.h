#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "aura/analysis/measure_once.h"
#include "aura/audio/decoder.h"
#include "aura/audio/tags.h"
#include "aura/base/env.h"
#include "aura/base/spool.h"
#include "aura/catalogue/import_songs.h"
#include "aura/fetch/fetcher.h"
#include "aura/worker/settings.h"
#include "load_tagger.h"

namespace aura::app {

/// What an AudioReader is to open.
enum class Inputs {
  kFiles,  ///< files alone: needs no setting of URLs, and no .env
  kAny,    ///< URLs too
};

/// Returns the settings that count for these inputs: of kFiles those that AudioReader reads. Throws
/// ConfigError if an .env file is wrong. Thread-safe.
Env settings_of(Inputs inputs);

/// Opens and measures files and URLs, within the limits of the settings. Thread-safe after the
/// constructor.
class AudioReader {
 public:
  /// Reads the settings: of kFiles only MAX_AUDIO_MB, MAX_AUDIO_MINUTES, MAX_LYRICS_KB,
  /// AURA_SANDBOX and those of models, and only from the environment. With `models`, measure_once()
  /// tags tracks if there is a model. Call before the process starts a thread or reads a secret.
  /// Throws ConfigError if a setting is wrong or the model can't be used.
  explicit AudioReader(Inputs inputs = Inputs::kAny,
                       const std::optional<ModelOptions>& models = std::nullopt);

  /// Returns the file at a path or, with kAny, a URL. Throws JobError, and Stopped if `stop` is
  /// requested.
  Spool open(const std::string& input, const std::stop_token& stop = {});

  /// Returns the measurements of `file`, whose parts `known` are known. Throws as
  /// analysis::measure_missing().
  analysis::Measurements measure(const Spool& file, analysis::KnownParts known,
                                 const std::stop_token& stop = {}) const;

  /// Returns the measurements of `file` by way of `cache`, which may be null, as
  /// analysis::measure_once() does.
  analysis::MeasuredOnce measure_once(const Spool& file, analysis::MeasurementCache* cache,
                                      const analysis::OnProgress& on_step,
                                      const std::stop_token& stop,
                                      bool wants_fingerprint = false) const;

  /// Returns what an import needs of this reader, which the caller keeps alive.
  catalogue::AudioAccess access();

  /// Returns whether measure_once() tags tracks.
  bool tags_tracks() const noexcept { return tagger_ != nullptr; }
  const audio::Decoder& decoder() const noexcept { return decoder_; }
  const worker::AnalysisSettings& settings() const noexcept { return settings_; }

 private:
  audio::Decoder decoder_ = audio::Decoder::sandboxed();  // before any secret is read
  worker::AnalysisSettings settings_;
  std::unique_ptr<const TaggerInUse> tagger_;  // null: there is none
  /// Made for the first URL: it loads every certificate that the system trusts.
  std::once_flag makes_fetcher_;
  std::optional<fetch::Fetcher> fetcher_;
};

}  // namespace aura::app
