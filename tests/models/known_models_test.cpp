#include "aura/models/known_models.h"

#include <catch2/catch.hpp>
#include <string>

#include "aura/base/error.h"

namespace aura::models {
namespace {

using Folders = std::vector<std::filesystem::path>;

TEST_CASE("known models: the script that fetches them expects the hashes that AURA does") {
  for (const KnownModel& model : known_models()) {
    CHECK(find_known_model(model.name) == &model);
    CHECK(fetch_script().find("result_sha256=\"" + std::string(model.sha256) + "\",\n") !=
          std::string_view::npos);
  }
  CHECK(find_known_model("other") == nullptr);
}

TEST_CASE(
    "known models: are in AURA_MODELS, or else in the user's data folder, then the system's") {
  const std::filesystem::path system = "/usr/share/aura/models";
  CHECK(model_folders(Env(Env::Values{{"AURA_MODELS", "here"}, {"HOME", "/home/x"}})) ==
        Folders{"here"});
  CHECK(model_folders(Env(Env::Values{{"XDG_DATA_HOME", "/data"}, {"HOME", "/home/x"}})) ==
        Folders{"/data/aura/models", system});
  CHECK(model_folders(Env(Env::Values{{"HOME", "/home/x"}})) ==
        Folders{"/home/x/.local/share/aura/models", system});
  // A user without a home, as of a service or in an image.
  CHECK(model_folders(Env(Env::Values{{"HOME", "/"}})) == Folders{system});
  CHECK(model_folders(Env(Env::Values{})) == Folders{system});
}

TEST_CASE("known models: MAX_MODEL_MB is a number of megabytes") {
  CHECK(max_model_mb(Env(Env::Values{})) == 128);
  CHECK(max_model_mb(Env(Env::Values{{"MAX_MODEL_MB", "7"}})) == 7);
  CHECK_THROWS_AS(max_model_mb(Env(Env::Values{{"MAX_MODEL_MB", "0"}})), ConfigError);
}

}  // namespace
}  // namespace aura::models
