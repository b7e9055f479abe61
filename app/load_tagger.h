#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "aura/analysis/tags.h"
#include "aura/base/env.h"
#include "aura/models/known_models.h"

namespace aura::app {

/// The options --models and --no-models.
struct ModelOptions {
  std::optional<std::string> folder{};
  bool uses_none = false;
};

/// Adds both options to `command`. The caller keeps `options` alive.
void add_model_options(CLI::App& command, ModelOptions& options);

/// A model that tags tracks, and what users are told of it. Thread-safe.
struct TaggerInUse {
  analysis::NamedTagger named;
  const models::KnownModel& model;
  std::filesystem::path file;
};

/// What operators are told if there is no model.
inline constexpr const char* kNoModel =
    "no neural model is there: tracks get no tags; aura models fetch brings one";

/// Loads the model that tags tracks from the folders of `env`, or of `options`, to hear `patches`
/// patches of each. Returns null if there is none, or with --no-models. Throws ConfigError, one
/// line, if the model's file can't be used, if AURA_MODELS names no folder, or if the folder of
/// --models has no model. Thread-safe.
std::unique_ptr<const TaggerInUse> load_tagger(const Env& env, std::size_t patches,
                                               const ModelOptions& options = {});

/// Returns whether load_tagger() finds a model in the folders of `env`, whatever is in its file.
/// Thread-safe.
bool has_model(const Env& env);

/// Returns how many patches are heard of each track, as AURA_PATCHES has it. Thread-safe.
std::string patches_text(const analysis::Tagging& tagging);

}  // namespace aura::app
