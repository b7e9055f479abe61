#include "aura/catalogue/examine.h"

#include <exception>
#include <string>

#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/resident_index.h"
#include "aura/postgres/connection.h"

namespace aura::catalogue {
namespace {

using queue::Finding;
using queue::Verdict;

constexpr const char* kCheck = "catalogue";

Finding look(const postgres::DatabaseUrl& url, const CatalogueSettings& settings,
             std::span<const analysis::Space> spaces) {
  postgres::Connection connection(url);
  Catalogue catalogue(connection);
  if (!catalogue.exists()) {
    return {kCheck, Verdict::kSlower, "there are no tables for a catalogue",
            "aura migrate makes them"};
  }
  spaces = searchable(spaces, settings.index);
  const auto in_use = catalogue.kind_in_use(spaces);
  const auto& like = spaces[in_use.place];
  const auto stale = in_use.stale;
  const auto songs = in_use.rows - stale;
  const auto bytes = static_cast<std::uint64_t>(songs) * ResidentIndex::bytes_of_row(like.size());
  if (settings.index == IndexEngine::kResident && bytes > settings.max_bytes) {
    return {
        kCheck, Verdict::kSlower,
        std::to_string(songs) +
            " songs don't fit into CATALOGUE_MAX_MB: jobs have no similar "
            "hits",
        "set CATALOGUE_MAX_MB to " + std::to_string((bytes >> 20) + 1) +
            " or more, or run aura migrate --with-pgvector and set CATALOGUE_INDEX to pgvector"};
  }
  if (stale > 0) {
    return {kCheck, Verdict::kSlower,
            std::to_string(stale) + " of " + std::to_string(songs + stale) +
                " songs can't be found: another release measured them",
            "run aura catalogue remeasure"};
  }
  if (in_use.lacking > 0 && songs > 0) {
    return {kCheck, Verdict::kSlower,
            std::to_string(songs) + " songs are compared by " + like.kind() + ": " +
                std::to_string(in_use.lacking) + " of them have no " + spaces.front().kind() +
                ", which finds better hits",
            "run aura catalogue remeasure"};
  }
  if (songs == 0) return {kCheck, Verdict::kFine, "no songs: jobs have no similar hits"};
  return {kCheck, Verdict::kFine,
          std::to_string(songs) + " songs to find similar hits among, by " + like.kind()};
}

}  // namespace

Finding examine_catalogue(const postgres::DatabaseUrl& url, const CatalogueSettings& settings,
                          std::span<const analysis::Space> spaces) try {
  return look(url, settings, spaces);
} catch (const std::exception& error) {
  return {kCheck, Verdict::kSlower, "it can't be read: " + std::string(error.what()),
          "grant the role SELECT on the tables of schema aura"};
}

}  // namespace aura::catalogue
