#include "aura/catalogue/settings.h"

#include <charconv>
#include <string>
#include <system_error>

#include "aura/base/error.h"

namespace aura::catalogue {
namespace {

double read_floor(const Env& env) {
  const auto value = env.find("SIMILAR_FLOOR");
  if (!value) return CatalogueSettings{}.similar_floor;
  const char* end = value->data() + value->size();
  double number = 0;
  const auto [rest, error] = std::from_chars(value->data(), end, number);
  // Of NaN each comparison is false.
  if (error != std::errc{} || rest != end || !(number >= 0) || !(number <= 1))
    throw ConfigError("SIMILAR_FLOOR must be a number from 0 to 1");
  return number;
}

IndexEngine read_index(const Env& env) {
  const auto value = env.text("CATALOGUE_INDEX", "resident");
  if (value == "resident") return IndexEngine::kResident;
  if (value == "pgvector") return IndexEngine::kPgvector;
  throw ConfigError("CATALOGUE_INDEX must be resident or pgvector");
}

bool read_same_artist(const Env& env) {
  const auto value = env.text("SIMILAR_SAME_ARTIST", "false");
  if (value == "true" || value == "1") return true;
  if (value == "false" || value == "0") return false;
  throw ConfigError("SIMILAR_SAME_ARTIST must be true or false");
}

}  // namespace

CatalogueSettings read_catalogue_settings(const Env& env) {
  constexpr std::int64_t kMostMegabytes = 1 << 20;
  return {.index = read_index(env),
          .max_bytes =
              static_cast<std::uint64_t>(env.integer("CATALOGUE_MAX_MB", 64, 1, kMostMegabytes))
              << 20,
          .similar_floor = read_floor(env),
          .same_artist = read_same_artist(env)};
}

}  // namespace aura::catalogue
