#include "aura/catalogue/settings.h"

#include <catch2/catch.hpp>
#include <string>

#include "aura/base/error.h"

using aura::Env;
using aura::catalogue::IndexEngine;
using aura::catalogue::read_catalogue_settings;
using Catch::Matchers::Contains;

TEST_CASE("catalogue settings: without variables they are the defaults of SETTINGS.md") {
  const auto settings = read_catalogue_settings(Env(Env::Values{}));
  CHECK(settings.index == IndexEngine::kResident);
  CHECK(settings.max_bytes == 64U << 20);
  CHECK(settings.similar_floor == 0.4);
  CHECK_FALSE(settings.same_artist);
}

TEST_CASE("catalogue settings: each is read from its variable, and nonsense is refused by name") {
  const auto with = [](const std::string& name, const std::string& value) {
    return read_catalogue_settings(Env(Env::Values{{name, value}}));
  };
  CHECK(with("CATALOGUE_MAX_MB", "1").max_bytes == 1U << 20);
  CHECK(with("CATALOGUE_INDEX", "resident").index == IndexEngine::kResident);
  CHECK(with("CATALOGUE_INDEX", "pgvector").index == IndexEngine::kPgvector);
  CHECK(with("SIMILAR_FLOOR", "0").similar_floor == 0);
  CHECK(with("SIMILAR_FLOOR", "1").similar_floor == 1);
  CHECK(with("SIMILAR_FLOOR", "0.68").similar_floor == 0.68);
  CHECK(with("SIMILAR_SAME_ARTIST", "true").same_artist);
  CHECK(with("SIMILAR_SAME_ARTIST", "1").same_artist);
  CHECK_FALSE(with("SIMILAR_SAME_ARTIST", "false").same_artist);
  CHECK_FALSE(with("SIMILAR_SAME_ARTIST", "0").same_artist);
  for (const std::string name :
       {"CATALOGUE_INDEX", "CATALOGUE_MAX_MB", "SIMILAR_FLOOR", "SIMILAR_SAME_ARTIST"})
    CHECK_THROWS_WITH(with(name, "abc"), Contains(name + " must be"));
  CHECK_THROWS_AS(with("CATALOGUE_MAX_MB", "0"), aura::ConfigError);
  for (const std::string number : {"-0.1", "1.1", "nan", "inf", "0,4", ".4x"})
    CHECK_THROWS_AS(with("SIMILAR_FLOOR", number), aura::ConfigError);
}
