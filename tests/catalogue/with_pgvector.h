#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <pqxx/pqxx>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "aura/base/error.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/catalogue/pgvector.h"
#include "aura/catalogue/similar.h"
#include "aura/test/pgvector.h"
#include "rows.h"
#include "songs.h"

namespace aura::catalogue {

inline constexpr std::size_t kPlenty = 64 << 20;
inline constexpr const char* kTable = "aura.neighbour_timbre_1";

/// A catalogue for which make_pgvector() may be called.
struct Prepared : Songs {
  postgres::DatabaseUrl url = postgres::parse_database_url(database.url());
  analysis::Space space = test_space();
  CatalogueReader reader{{test_space()}, 1, IndexEngine::kPgvector};
  std::vector<std::string> told;

  void make() {
    told.clear();
    make_pgvector(url, space, [this](const std::string& line) { told.push_back(line); });
  }
  std::string refusal() {
    try {
      make();
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  }
  SearchView view() {
    reader.refresh(connection, CatalogueReader::Scope::kFull);
    INFO(reader.status().problem);
    REQUIRE(reader.status().state == IndexState::kReady);
    return reader.view().value();
  }
  /// What differs between the table and the vectors: ids, in their order.
  std::vector<RowId> differences() {
    std::vector<RowId> ids;
    pqxx::connection raw(database.url());
    pqxx::nontransaction session(raw);
    for (const auto& row :
         session.exec("SELECT coalesce(v.catalogue_id, n.catalogue_id), encode(v.vector, 'hex'), "
                      "n.vector::real[]::text FROM (SELECT * FROM aura.catalogue_vector WHERE kind "
                      "= 'timbre' AND version = 1 AND octet_length(vector) = 48) v FULL JOIN " +
                      std::string(kTable) + " n USING (catalogue_id) ORDER BY 1")) {
      if (row[1].is_null() || row[2].is_null() ||
          !is_near(space.place(numbers_of<float>(row[1].c_str())), row[2].c_str()))
        ids.push_back(row[0].as<RowId>());
    }
    return ids;
  }
  static bool is_near(const std::vector<float>& placed, const std::string& array) {
    std::size_t at = 1;  // after {
    for (const float value : placed) {
      // A double is rounded to a float once here and twice in the program.
      if (std::abs(std::stof(array.substr(at)) - value) > 1e-6F) return false;
      at = array.find(',', at) + 1;
    }
    return true;
  }
  /// From now on PostgreSQL uses the HNSW index wherever it can, as it does with many songs.
  void force_hnsw() {
    const auto name = database.value("SELECT current_database()");
    for (const auto* setting : {"enable_seqscan", "enable_sort"})
      database.execute("ALTER DATABASE " + name + " SET " + setting + " = off");
    connection = database.connect();
    database.reconnect();
    const auto plan =
        database.value("EXPLAIN (FORMAT JSON) SELECT catalogue_id FROM " + std::string(kTable) +
                       " ORDER BY vector OPERATOR(" + test::kExtensionSchema +
                       ".<->) '[0,0,0,0,0,0,0,0,0,0,0,0]'"
                       " LIMIT 100");
    REQUIRE_THAT(plan, Catch::Matchers::Contains("_vector_idx"));
  }
  std::vector<RowId> exact(std::span<const float> placed, std::size_t count) {
    std::vector<std::pair<double, RowId>> all;
    for (const auto& [id, vector] : placed_rows)
      all.emplace_back(analysis::distance(placed, vector), id);
    std::ranges::sort(all);
    std::vector<RowId> ids;
    for (std::size_t i = 0; i < std::min(count, all.size()); ++i) ids.push_back(all[i].second);
    return ids;
  }
  /// Finds all, however far.
  SimilarQuery random_query() {
    SimilarQuery query;
    query.vectors = {{"timbre", 1, random_vector(vectors)}};
    query.floor = 0;
    return query;
  }
  static std::vector<RowId> ids(const std::vector<Candidate>& candidates) {
    std::vector<RowId> result;
    for (const auto& candidate : candidates) result.push_back(candidate.id);
    return result;
  }
  static std::vector<std::pair<RowId, double>> shown(const std::vector<SimilarHit>& hits) {
    std::vector<std::pair<RowId, double>> result;
    for (const auto& hit : hits) result.emplace_back(hit.id, hit.similarity);
    return result;
  }
  /// Adds rows, and keeps where they lie.
  void fill_placed(int count) {
    std::vector<NewRow> rows;
    for (int i = 0; i < count; ++i) {
      rows.push_back(named("song " + std::to_string(i)));
      rows.back().song.genre = i % 250 == 0 ? "Chanson Française" : "Pop";
      rows.back().facts.tempo_bpm = 60 + i % 100;
      if (rows.size() < Catalogue::kBatch && i + 1 < count) continue;
      const auto added = catalogue.add(rows);
      for (std::size_t row = 0; row < rows.size(); ++row)
        placed_rows.emplace_back(added[row], space.place(rows[row].vectors[0].values));
      rows.clear();
    }
  }
  queue::Finding examined() { return examine_pgvector(url, space); }

  std::vector<std::pair<RowId, std::vector<float>>> placed_rows;
};

}  // namespace aura::catalogue
