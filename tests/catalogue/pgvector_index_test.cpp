#include "aura/catalogue/pgvector_index.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

#include "with_pgvector.h"

namespace aura::catalogue {
namespace {

using Scope = CatalogueReader::Scope;

}  // namespace

TEST_CASE_METHOD(Prepared, "pgvector: results equal those of an exact search") {
  if (!test::create_pgvector(database)) return;
  fill_placed(1500);
  make();
  CatalogueReader resident({test_space()}, kPlenty);
  resident.refresh(connection, Scope::kFull);
  const auto view = this->view();
  CHECK(reader.status().rows == 1500);
  CHECK(reader.status().stale == 0);
  CHECK(view.index->size() == 1500);
  const auto in_memory = resident.view().value();
  // PostgreSQL reads a small table whole: that is exact.
  for (int i = 0; i < 20; ++i) {
    const auto query = random_query();
    const auto placed = space.place(query.vectors[0].values);
    CHECK(ids(view.index->nearest(connection, placed, kCandidates, {})) ==
          exact(placed, kCandidates));
    const auto hits = shown(find_similar(view, connection, query));
    CHECK(hits.size() == 10);
    CHECK(hits == shown(find_similar(in_memory, connection, query)));
  }
  force_hnsw();
  std::ptrdiff_t found = 0;
  for (int i = 0; i < 30; ++i) {
    const auto query = random_query();
    const auto placed = space.place(query.vectors[0].values);
    const auto wanted = exact(placed, kCandidates);
    const auto nearest = ids(view.index->nearest(connection, placed, kCandidates, {}));
    CHECK(nearest.size() == kCandidates);
    for (const auto id : nearest) found += std::ranges::count(wanted, id);
    CHECK(shown(find_similar(view, connection, query)) ==
          shown(find_similar(in_memory, connection, query)));
  }
  // HNSW is not exact: of 3,000 candidates it may miss one in 200. The ten hits are the same.
  CHECK(found >= 30 * static_cast<std::ptrdiff_t>(kCandidates) - 15);
  CHECK_THROWS_AS(view.index->nearest(connection, std::vector<float>(3), 1, {}),
                  std::invalid_argument);
  CHECK(view.index->nearest(connection, std::vector<float>(kTestSize), 0, {}).empty());
  CHECK(view.index->nearest(connection, std::vector<float>(kTestSize), 9999, {}).size() == 1500);
}

TEST_CASE_METHOD(Prepared, "pgvector: filters find all that pass, however rare") {
  if (!test::create_pgvector(database)) return;
  fill_placed(1500);
  make();
  CatalogueReader resident({test_space()}, kPlenty);
  resident.refresh(connection, Scope::kFull);
  const auto view = this->view();
  if (GENERATE(false, true)) force_hnsw();
  const auto placed = space.place(random_vector(vectors));
  const auto found = [&](const Filter& filter, std::size_t count) {
    auto in_pgvector = ids(view.index->nearest(connection, placed, count, filter));
    auto in_memory = ids(resident.view()->index->nearest(connection, placed, count, filter));
    std::ranges::sort(in_pgvector);
    std::ranges::sort(in_memory);
    CHECK(in_pgvector == in_memory);
    return in_pgvector.size();
  };
  // As normalised() compares, not as it is written.
  CHECK(found({.genre = "chanson francaise", .min_tempo_bpm = {}, .max_tempo_bpm = {}}, 100) == 6);
  CHECK(found({.genre = "Polka", .min_tempo_bpm = {}, .max_tempo_bpm = {}}, 100) == 0);
  CHECK(found({.genre = {}, .min_tempo_bpm = 100, .max_tempo_bpm = 101}, 100) == 30);
  CHECK(found({.genre = "POP", .min_tempo_bpm = 159, .max_tempo_bpm = {}}, 100) == 15);
  CHECK(found({.genre = {}, .min_tempo_bpm = {}, .max_tempo_bpm = 59.9}, 100) == 0);
  CHECK(found({.genre = "pop", .min_tempo_bpm = {}, .max_tempo_bpm = {}}, 3000) == 1494);
  // A row without a tempo is not found with one.
  database.execute("UPDATE aura.catalogue SET tempo_bpm = NULL WHERE tempo_bpm = 159");
  CHECK(view.index
            ->nearest(connection, placed, 100,
                      {.genre = {}, .min_tempo_bpm = 159, .max_tempo_bpm = {}})
            .empty());
}

}  // namespace aura::catalogue
