#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "aura/base/error.h"
#include "kinds.h"

namespace aura::catalogue {
namespace {

using Scope = CatalogueReader::Scope;

}  // namespace

TEST_CASE_METHOD(Kinds, "kinds: embeddings are in use exactly while every row has one") {
  refresh(Scope::kFull);
  CHECK(kind() == "timbre");
  CHECK(reader.status().preferred == "embedding");
  CHECK(reader.status().lacking == 0);
  std::vector<RowId> ids{add_both("a"), add_both("b"), add_both("c")};
  refresh(Scope::kFull);
  CHECK(kind() == "embedding");
  CHECK(reader.view()->space->kind() == "embedding");
  CHECK(found() == ids);
  CHECK(reader.status().lacking == 0);
  CHECK(reader.status().stale == 0);

  ids.push_back(add_timbre("d"));
  refresh(Scope::kRecent);  // immediately
  CHECK(kind() == "timbre");
  CHECK(found() == ids);
  CHECK(reader.status().lacking == 1);
  CHECK(reader.status().stale == 0);

  add_both("d");  // measured again
  refresh(Scope::kRecent);
  CHECK(kind() == "timbre");
  refresh(Scope::kFull);
  CHECK(kind() == "embedding");
  CHECK(found() == ids);

  const auto removed = add_timbre("e");
  refresh(Scope::kRecent);
  CHECK(kind() == "timbre");
  catalogue.remove(removed);
  refresh(Scope::kFull);
  CHECK(kind() == "embedding");
  CHECK(found() == ids);
  for (const auto id : ids) catalogue.remove(id);
  refresh(Scope::kFull);
  CHECK(reader.status().state == IndexState::kEmpty);
  CHECK(kind() == "timbre");
}

TEST_CASE_METHOD(Kinds, "kinds: an embedding of another version or size is none") {
  const auto a = add_both("a");
  const auto b = add_both("b");
  const auto change = [&](const std::string& what) {
    database.execute("UPDATE aura.catalogue_vector SET " + what +
                     " WHERE kind = 'embedding' AND catalogue_id = " + std::to_string(a));
    CatalogueReader fresh(both_spaces(), kRoom);
    fresh.refresh(reading, Scope::kFull);
    CHECK(found_in(fresh) == std::vector{a, b});
    return fresh.status();
  };
  CHECK(change("version = 2").kind == "timbre");
  CHECK(change("version = 2").lacking == 1);
  CHECK(change("version = 1").kind == "embedding");
  CHECK(change("vector = '\\x0011'").kind == "timbre");
}

TEST_CASE_METHOD(Kinds, "kinds: a late commit without an embedding is noticed as any other") {
  const auto early = add_both("early");
  refresh(Scope::kFull);
  const auto late = add_timbre("late");
  database.execute(
      "UPDATE aura.catalogue SET changed_at = clock_timestamp() - interval '9 minutes 50 seconds' "
      "WHERE id = " +
      std::to_string(late));
  refresh(Scope::kRecent);
  CHECK(kind() == "embedding");
  CHECK(found() == std::vector{early});
  refresh(Scope::kFull);
  CHECK(kind() == "timbre");
  CHECK(found() == std::vector{early, late});
}

TEST_CASE_METHOD(Kinds, "kinds: until the other kind is loaded, searches go on in the old one") {
  const std::vector<RowId> ids{add_both("a"), add_both("b")};
  refresh(Scope::kFull);
  const auto more = add_timbre("c");
  // The table is searched for the space's id, but can't be loaded.
  database.execute("ALTER TABLE aura.space RENAME COLUMN rows TO hidden");
  CHECK_THROWS_AS(refresh(Scope::kRecent), postgres::DatabaseError);
  CHECK(kind() == "embedding");
  CHECK(found() == ids);
  CHECK_THROWS_AS(refresh(Scope::kFull), postgres::DatabaseError);
  CHECK(found() == ids);
  database.execute("ALTER TABLE aura.space RENAME COLUMN hidden TO rows");
  const auto before = reader.view();
  refresh(Scope::kRecent);
  CHECK(kind() == "timbre");
  CHECK(found() == std::vector{ids[0], ids[1], more});
  CHECK(before->space->kind() == "embedding");  // of a search that has begun
  CHECK(before->index->size() == 2);
}

TEST_CASE_METHOD(Kinds, "kinds: without the model, and with pgvector, timbre is the kind") {
  const auto id = add_both("a");
  CatalogueReader without({test_space()}, kRoom);
  without.refresh(reading, Scope::kFull);
  CHECK(without.status().kind == "timbre");
  CHECK(without.status().preferred == "timbre");
  CHECK(found_in(without) == std::vector{id});
  CatalogueReader with_pgvector(both_spaces(), kRoom, IndexEngine::kPgvector);
  with_pgvector.refresh(reading, Scope::kFull);
  CHECK(with_pgvector.status().kind == "timbre");
  CHECK(with_pgvector.status().lacking == 0);
}

TEST_CASE_METHOD(Kinds, "kinds: the memory is counted by the kind in use") {
  std::vector<NewRow> rows;
  for (int i = 0; i < 400; ++i) rows.push_back(measured(std::to_string(i)));
  catalogue.add(rows);
  refresh(Scope::kFull);
  const auto of_embeddings = reader.status().bytes;
  CatalogueReader without({test_space()}, kRoom);
  without.refresh(reading, Scope::kFull);
  CHECK(of_embeddings >= 400 * ResidentIndex::bytes_of_row(kEmbeddingTestSize));
  CHECK(without.status().bytes - of_embeddings ==
        400 * (ResidentIndex::bytes_of_row(kTestSize) -
               ResidentIndex::bytes_of_row(kEmbeddingTestSize)));
  CatalogueReader small(both_spaces(), of_embeddings - 1);
  small.refresh(reading, Scope::kFull);
  CHECK(small.status().state == IndexState::kTooLarge);
  CHECK_FALSE(small.view());
}

TEST_CASE_METHOD(Kinds, "kinds: each kind has a space of its own, and a reference needs timbre's") {
  std::vector<NewRow> rows;
  for (int i = 0; i < 500; ++i) rows.push_back(measured(std::to_string(i)));
  catalogue.add(rows);
  refresh(Scope::kFull);
  CHECK(*reader.timbre_space() == test_space());
  const auto own_timbre = catalogue.tune(test_space());
  const auto own = catalogue.tune(embedding_space());
  CHECK(own.space.kind() == "embedding");
  refresh(Scope::kRecent);
  CHECK(*reader.view()->space == own.space);
  CHECK(reader.status().space_id == own.id);
  CHECK(*reader.timbre_space() == own_timbre.space);
  add_timbre("another");
  refresh(Scope::kRecent);
  CHECK(*reader.view()->space == own_timbre.space);
  CHECK(reader.status().space_id == own_timbre.id);
  CHECK(found().size() == 501);
}

TEST_CASE_METHOD(Kinds,
                 "kinds: writers with and without the model, late commits, as a plain list") {
  // A worker of the release before adds timbres alone, and reads nothing else.
  const auto seed = GENERATE(1U, 2U, 3U);
  std::mt19937 chance(seed);
  CatalogueReader of_release_before({test_space()}, kRoom);
  struct Known {
    RowId id;
    bool has_embedding;
  };
  std::map<std::string, Known> model;
  int names = 0;
  int switches = 0;
  std::string last_kind;
  for (int step = 0; step < 60; ++step) {
    std::vector<RowId> touched;
    const auto action = chance() % 5;
    if (action < 3 || model.empty()) {
      const bool has_model = action != 2;
      std::vector<NewRow> rows;
      const auto count = 1 + chance() % 8;
      for (std::size_t i = 0; i < count; ++i)
        rows.push_back(measured("s" + std::to_string(names++), has_model));
      if (!model.empty() && chance() % 2 == 0)
        rows.push_back(measured(model.begin()->first, has_model));
      touched = catalogue.add(rows);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        auto& known = model[rows[i].song.song];
        known = {touched[i], known.has_embedding || has_model};
      }
    } else if (action == 3) {  // removed
      for (auto row = model.begin(); row != model.end();) {
        const bool goes = chance() % 3 == 0;
        if (goes) CHECK(catalogue.remove(row->second.id));
        if (goes) touched.push_back(row->second.id);
        row = goes ? model.erase(row) : std::next(row);
      }
    } else {  // measured again
      for (auto& [name, known] : model) {
        if (known.has_embedding) continue;
        touched.push_back(add_both(name));
        known.has_embedding = true;
      }
    }
    const bool is_late = chance() % 3 == 0;
    if (is_late)
      for (const auto id : touched)
        database.execute("UPDATE aura.catalogue SET changed_at = clock_timestamp() - interval '" +
                         std::to_string(chance() % 590) +
                         " seconds' WHERE id = " + std::to_string(id));
    const auto scope = chance() % 2 == 0 && !is_late ? Scope::kRecent : Scope::kFull;
    refresh(scope);
    of_release_before.refresh(reading, scope);
    std::vector<RowId> expected;
    std::int64_t lacking = 0;
    for (const auto& [name, known] : model) {
      expected.push_back(known.id);
      lacking += known.has_embedding ? 0 : 1;
    }
    std::ranges::sort(expected);
    CHECK(found() == expected);
    CHECK(found_in(of_release_before) == expected);
    const auto status = reader.status();
    CHECK(status.stale == 0);
    if (lacking > 0) CHECK(status.kind == "timbre");
    if (scope == Scope::kFull) {
      CHECK(status.kind == (lacking == 0 && !model.empty() ? "embedding" : "timbre"));
      CHECK(status.lacking == lacking);
    }
    if (status.kind != last_kind) ++switches;
    last_kind = status.kind;
  }
  CHECK(switches > 5);  // or the list proves little
}

TEST_CASE_METHOD(Kinds, "kinds: while writers write, each search finds rows in one kind",
                 "[tsan]") {
  add_both("first");
  refresh(Scope::kFull);
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::thread writing([&] {
    auto connection_of_writer = database.connect();
    Catalogue writer(connection_of_writer);
    std::mt19937 values(9);
    std::vector<RowId> lacking;
    for (int step = 0; step < 120; ++step) {
      auto row = new_row("w" + std::to_string(step), random_vector(values));
      if (step % 8 != 3) row.vectors.push_back({"embedding", 1, random_embedding(values)});
      const auto id = writer.add({&row, 1}).front();
      if (row.vectors.size() == 1) lacking.push_back(id);
      if (step % 8 == 6)
        for (; !lacking.empty(); lacking.pop_back()) writer.remove(lacking.back());
    }
    done = true;
  });
  std::thread searching([&] {
    while (!done) {
      const auto view = reader.view();
      if (!view || found_in(reader).empty()) ++wrong;
    }
  });
  int refreshes = 0;
  while (!done) refresh(++refreshes % 3 == 0 ? Scope::kFull : Scope::kRecent);
  writing.join();
  searching.join();
  refresh(Scope::kFull);
  CHECK(wrong == 0);
  CHECK(kind() == "embedding");
  CatalogueReader fresh(both_spaces(), kRoom);
  fresh.refresh(reading, Scope::kFull);
  CHECK(fresh.status().kind == "embedding");
  CHECK(found() == found_in(fresh));
  CHECK(found().size() == 1 + 120 - 15);
}

}  // namespace aura::catalogue
