#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "aura/base/env.h"

namespace aura::models {

/// A model that this release can use.
struct KnownModel {
  std::string_view name;    ///< as users type it
  std::string_view sha256;  ///< of its file, 64 hexadecimal digits
  std::string_view licence;
  std::string_view brings;  ///< what AURA can do with it
  std::string_view source;  ///< where `aura models fetch` takes it from
};

// All functions here are thread-safe.

/// Returns all models that this release can use.
std::span<const KnownModel> known_models() noexcept;

/// Returns the model with this name; null if there is none.
const KnownModel* find_known_model(std::string_view name) noexcept;

/// Returns the folders in which models may be, in the order in which they are searched: AURA_MODELS
/// alone if it is set, otherwise the user's data folder, if the user has one, and
/// /usr/share/aura/models. Models are fetched to the first.
std::vector<std::filesystem::path> model_folders(const Env& env);

/// Returns MAX_MODEL_MB. Throws ConfigError if it is no whole number from 1 to 4096.
std::uint64_t max_model_mb(const Env& env);

/// Returns the path of the model's file in `folder`, where it may be missing.
std::filesystem::path model_path(const std::filesystem::path& folder, const KnownModel& model);

/// Returns the path of the model's file in the first of `folders` that has it; nothing if none has.
std::optional<std::filesystem::path> find_model_file(std::span<const std::filesystem::path> folders,
                                                     const KnownModel& model);

/// Returns lib/models/fetch.py, which downloads and converts models.
std::string_view fetch_script() noexcept;

}  // namespace aura::models
