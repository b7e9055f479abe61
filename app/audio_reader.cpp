#include "audio_reader.h"

#include <cstdlib>
#include <utility>

#include "aura/analysis/measure.h"
#include "input.h"

namespace aura::app {

namespace {

/// What counts for files. What breaks an .env file or a proxy's variable is no matter of theirs.
Env settings_of_files() {
  Env::Values values;
  for (const auto* name :
       {"MAX_AUDIO_MB", "MAX_AUDIO_MINUTES", "MAX_LYRICS_KB", "AURA_SANDBOX", "AURA_MODELS",
        "AURA_PATCHES", "MAX_MODEL_MB", "XDG_DATA_HOME", "HOME"}) {
    if (const char* value = std::getenv(name)) values.emplace(name, value);
  }
  return Env(std::move(values));
}

}  // namespace

Env settings_of(Inputs inputs) {
  return inputs == Inputs::kFiles ? settings_of_files() : Env::load();
}

AudioReader::AudioReader(Inputs inputs, const std::optional<ModelOptions>& models)
    : settings_(worker::read_analysis_settings(settings_of(inputs))) {
  decoder_.apply(settings_.sandboxing);
  if (models) tagger_ = load_tagger(settings_of(inputs), settings_.patches, *models);
}

Spool AudioReader::open(const std::string& input, const std::stop_token& stop) {
  if (!is_url(input)) return Spool::open(input, settings_.fetch.max_bytes);
  std::call_once(makes_fetcher_, [this] { fetcher_.emplace(settings_.fetch); });
  return fetcher_->fetch(input, stop).file;
}

analysis::Measurements AudioReader::measure(const Spool& file, analysis::KnownParts known,
                                            const std::stop_token& stop) const {
  known.tagger = tagger_ ? &tagger_->named : nullptr;
  return analysis::measure_missing(std::move(known), file, decoder_, settings_.decode, {}, stop)
      .measurements;
}

analysis::MeasuredOnce AudioReader::measure_once(const Spool& file,
                                                 analysis::MeasurementCache* cache,
                                                 const analysis::OnProgress& on_step,
                                                 const std::stop_token& stop,
                                                 bool wants_fingerprint) const {
  return analysis::measure_once(file, decoder_, settings_.decode, cache, on_step, stop,
                                wants_fingerprint, tagger_ ? &tagger_->named : nullptr);
}

catalogue::AudioAccess AudioReader::access() {
  return {.open = [this](const std::string& origin,
                         const std::stop_token& stop) { return open(origin, stop); },
          .measure =
              [this](const Spool& file, analysis::KnownParts known, const std::stop_token& stop) {
                return measure(file, std::move(known), stop);
              }};
}

}  // namespace aura::app
