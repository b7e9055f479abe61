#include "aura/catalogue/examine.h"

#include <chrono>
#include <exception>
#include <string>

#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/resident_index.h"
#include "aura/postgres/connection.h"
#include "aura/postgres/session.h"
#include "aura/postgres/statement.h"
#include "rows.h"
#include "sql_files.h"

namespace aura::catalogue {
namespace {

using queue::Finding;
using queue::Verdict;

constexpr const char* kCheck = "catalogue";
constexpr std::chrono::seconds kPatience{30};

Finding look(const postgres::DatabaseUrl& url, const CatalogueSettings& settings,
             const analysis::Space& like) {
  postgres::Connection connection(url);
  if (!Catalogue(connection).exists()) {
    return {kCheck, Verdict::kSlower, "there are no tables for a catalogue",
            "aura migrate makes them"};
  }
  const auto counts = connection.session().execute_all_within(
      kPatience,
      {postgres::Statement(sql::kCountRows),
       postgres::Statement(sql::kCountStale, like.kind(), like.version(), vector_bytes(like))});
  const auto stale = counts[1][0][0].as<std::int64_t>();
  const auto songs = counts[0][0][0].as<std::int64_t>() - stale;
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
  if (songs == 0) return {kCheck, Verdict::kFine, "no songs: jobs have no similar hits"};
  return {kCheck, Verdict::kFine, std::to_string(songs) + " songs to find similar hits among"};
}

}  // namespace

Finding examine_catalogue(const postgres::DatabaseUrl& url, const CatalogueSettings& settings,
                          const analysis::Space& like) try {
  return look(url, settings, like);
} catch (const std::exception& error) {
  return {kCheck, Verdict::kSlower, "it can't be read: " + std::string(error.what()),
          "grant the role SELECT on the tables of schema aura"};
}

}  // namespace aura::catalogue
