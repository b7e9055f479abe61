#include "load_tagger.h"

#include <system_error>
#include <utility>
#include <vector>

#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/models/model_file.h"
#include "aura/models/track_tagger.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;
using models::KnownModel;

constexpr const char* kModel = "musicnn";
/// Enough to tell the files of one model apart.
constexpr std::size_t kHashDigits = 12;

std::optional<fs::path> find_file(const Env& env, const ModelOptions& options,
                                  const KnownModel& model) {
  const auto folders =
      options.folder ? std::vector<fs::path>{*options.folder} : models::model_folders(env);
  const bool is_named = options.folder || env.find("AURA_MODELS");
  std::error_code ignored;
  if (is_named && !fs::is_directory(folders.front(), ignored)) {
    throw ConfigError((options.folder ? "--models: " : "AURA_MODELS: ") +
                      one_line(folders.front().string(), 300) + " is no folder");
  }
  auto path = models::find_model_file(folders, model);
  if (!path && options.folder) {
    throw ConfigError("--models: " + one_line(*options.folder, 300) +
                      " has no model: `AURA_MODELS=DIR aura models fetch` brings one there");
  }
  return path;
}

}  // namespace

void add_model_options(CLI::App& command, ModelOptions& options) {
  auto* folder =
      command
          .add_option("--models", options.folder,
                      "The folder with the neural model that names genre, mood, instruments and "
                      "voice; default: AURA_MODELS, or where `aura models fetch` puts it")
          ->type_name("DIR");
  command.add_flag("--no-models", options.uses_none, "Use no neural model, even if one is there")
      ->excludes(folder);
}

std::unique_ptr<const TaggerInUse> load_tagger(const Env& env, std::size_t patches,
                                               const ModelOptions& options) {
  if (options.uses_none) return nullptr;
  const auto& model = *models::find_known_model(kModel);
  const auto path = find_file(env, options, model);
  if (!path) return nullptr;
  const models::ModelFile file(*path, model.sha256, models::max_model_mb(env));
  auto name = std::string(model.name) + " " + std::string(model.sha256.substr(0, kHashDigits));
  return std::make_unique<const TaggerInUse>(
      TaggerInUse{.named = {.tagging = {.model = std::move(name), .patches = patches},
                            .tagger = models::Tagger(file.content())},
                  .model = model,
                  .file = *path});
}

bool has_model(const Env& env) {
  return models::find_model_file(models::model_folders(env), *models::find_known_model(kModel))
      .has_value();
}

std::string patches_text(const analysis::Tagging& tagging) {
  return tagging.patches == models::TrackTagger::kEveryPatch ? "all"
                                                             : std::to_string(tagging.patches);
}

}  // namespace aura::app
