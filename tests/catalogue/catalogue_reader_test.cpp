#include "aura/catalogue/catalogue_reader.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <pqxx/pqxx>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "aura/base/error.h"
#include "aura/catalogue/resident_index.h"
#include "songs.h"

namespace aura::catalogue {
namespace {

using Scope = CatalogueReader::Scope;
constexpr std::size_t kPlenty = std::size_t{1} << 30;

/// Any thread may search in memory: it needs no connection.
const ResidentIndex& resident(const SearchView& view) {
  return dynamic_cast<const ResidentIndex&>(*view.index);
}

struct Read : Songs {
  postgres::Connection reading = database.connect();
  CatalogueReader reader{{test_space()}, kPlenty};

  void refresh(Scope scope = Scope::kRecent) { reader.refresh(reading, scope); }
  /// The ids that a search can find, in order.
  std::vector<RowId> found() const { return found_in(reader); }
  static std::vector<RowId> found_in(const CatalogueReader& in) {
    std::vector<RowId> ids;
    if (const auto view = in.view()) {
      const std::vector<float> middle(kTestSize, 0.0F);
      for (const auto& candidate : resident(*view).nearest(middle, 1'000'000, {}))
        ids.push_back(candidate.id);
    }
    std::ranges::sort(ids);
    return ids;
  }
};

}  // namespace

TEST_CASE_METHOD(Read, "catalogue reader: states, from loading to ready and back to empty") {
  CHECK(reader.status().state == IndexState::kLoading);
  CHECK(reader.wait_while_loading(std::chrono::milliseconds(0), {}) == IndexState::kLoading);
  CHECK_FALSE(reader.view());
  refresh();
  CHECK(reader.status().state == IndexState::kEmpty);
  CHECK_FALSE(reader.view());
  const auto id = add("a");
  refresh();
  CHECK(reader.status().state == IndexState::kReady);
  CHECK(reader.status().rows == 1);
  CHECK(reader.status().bytes > 0);
  CHECK(found() == std::vector{id});
  CHECK(reader.view()->space->size() == kTestSize);
  CHECK(reader.wait_while_loading(std::chrono::seconds(60), {}) == IndexState::kReady);
  catalogue.remove(id);
  refresh();
  CHECK(reader.status().state == IndexState::kEmpty);
  CHECK(name_of(IndexState::kTooLarge) == "too large");
}

TEST_CASE("catalogue reader: a schema without the tables is absent, until it is migrated") {
  test::TestDatabase database;
  auto connection = database.connect();
  CatalogueReader reader({test_space()}, kPlenty);
  reader.refresh(connection, Scope::kFull);
  CHECK(reader.status().state == IndexState::kAbsent);
  database.with_schema_and_table();
  reader.refresh(connection, Scope::kFull);
  CHECK(reader.status().state == IndexState::kEmpty);
}

TEST_CASE_METHOD(Read, "catalogue reader: loads all pages, with genre and tempo") {
  auto ids = fill(11'000);
  auto row = named("with all");
  row.song.genre = "Trance";
  row.facts.tempo_bpm = 138;
  ids.push_back(catalogue.add({&row, 1}).front());
  refresh();
  CHECK(found() == ids);
  Filter filter;
  filter.genre = "TRANCE";
  filter.min_tempo_bpm = 138;
  filter.max_tempo_bpm = 138;
  const auto view = reader.view();
  const auto hits = resident(*view).nearest(view->space->place(row.vectors[0].values), 10, filter);
  CHECK(hits == std::vector<Candidate>{{ids.back(), 0}});
  filter.genre = "Rock";
  CHECK(resident(*view).nearest(view->space->place(row.vectors[0].values), 10, filter).empty());
}

TEST_CASE_METHOD(Read, "catalogue reader: a changed row takes its new vector and genre") {
  auto row = named("a");
  const auto id = catalogue.add({&row, 1}).front();
  refresh();
  row.vectors[0].values = random_vector(vectors);
  row.song.genre = "Rock";
  catalogue.add({&row, 1});
  refresh();
  Filter filter;
  filter.genre = "rock";
  const auto view = reader.view();
  CHECK(resident(*view).nearest(view->space->place(row.vectors[0].values), 1, filter) ==
        std::vector<Candidate>{{id, 0}});
}

TEST_CASE_METHOD(Read, "catalogue reader: a late commit is noticed, up to ten minutes later") {
  const auto early = add("early");
  refresh();
  const auto commit_with_age = [&](const std::string& name, const std::string& age) {
    // What a transaction did `age` ago that commits only now.
    const auto id = add(name);
    database.execute("UPDATE aura.catalogue SET changed_at = clock_timestamp() - interval '" + age +
                     "' WHERE id = " + std::to_string(id));
    return id;
  };
  const auto of_seconds = commit_with_age("seconds", "20 seconds");
  refresh(Scope::kRecent);
  CHECK(found() == std::vector{early, of_seconds});
  const auto of_minutes = commit_with_age("minutes", "9 minutes 50 seconds");
  refresh(Scope::kRecent);
  CHECK(found().size() == 2);
  refresh(Scope::kFull);
  CHECK(found() == std::vector{early, of_seconds, of_minutes});
  commit_with_age("older", "11 minutes");
  refresh(Scope::kFull);
  CHECK(found().size() == 3);  // the limit that is documented
}

TEST_CASE_METHOD(Read, "catalogue reader: what commits after the load began is noticed") {
  const auto row = named("late");
  const auto removed = add("removed late");
  pqxx::connection writing(database.url());
  pqxx::work open(writing);
  const auto late = open.exec1(
                            "INSERT INTO aura.catalogue (song, artist, content_sha256, origin) "
                            "VALUES ('late', 'x', '\\x" +
                            to_hex(row.content) + "', 'o') RETURNING id")[0]
                        .as<RowId>();
  open.exec0("INSERT INTO aura.catalogue_vector SELECT " + std::to_string(late) +
             ", kind, version, vector FROM aura.catalogue_vector");
  open.exec0(
      "UPDATE aura.catalogue SET removed_at = clock_timestamp(), changed_at = "
      "clock_timestamp() WHERE id = " +
      std::to_string(removed));
  const auto later = add("later");  // a higher id that is there already
  refresh();
  CHECK(found() == std::vector{removed, later});
  open.commit();
  refresh();
  CHECK(found() == std::vector{late, later});
}

TEST_CASE_METHOD(Read, "catalogue reader: vectors of another version are left out and counted") {
  const auto ids = fill(4);
  database.execute("UPDATE aura.catalogue_vector SET version = 2 WHERE catalogue_id = " +
                   std::to_string(ids[0]));
  database.execute("UPDATE aura.catalogue_vector SET vector = '\\x0011' WHERE catalogue_id = " +
                   std::to_string(ids[1]));
  refresh();
  CHECK(found() == std::vector{ids[2], ids[3]});
  CHECK(reader.status().stale == 2);
  CHECK(reader.status().rows == 2);
  // Measured again.
  const auto row = named("song 0");
  catalogue.add({&row, 1});
  refresh(Scope::kFull);
  CHECK(found() == std::vector{ids[0], ids[2], ids[3]});
  CHECK(reader.status().stale == 1);
  // Only stale rows: nothing to search in, but they are counted.
  database.execute(
      "DELETE FROM aura.catalogue_vector WHERE version = 2; UPDATE aura.catalogue_vector SET "
      "version = 2");
  CatalogueReader other({test_space()}, kPlenty);
  other.refresh(reading, Scope::kFull);
  CHECK(other.status().state == IndexState::kEmpty);
  CHECK(other.status().stale == 4);
}

TEST_CASE_METHOD(Read, "catalogue reader: what does not fit is not searched, and it says so") {
  auto ids = fill(600);
  const auto room = 500 * ResidentIndex::bytes_of_row(kTestSize);
  CatalogueReader small({test_space()}, room);
  small.refresh(reading, Scope::kFull);
  CHECK(small.status().state == IndexState::kTooLarge);
  CHECK_FALSE(small.view());
  CHECK(small.status().rows == 0);
  CHECK(small.wait_while_loading(std::chrono::seconds(60), {}) == IndexState::kTooLarge);
  // Rows that are removed make room. They are counted every ten intervals.
  for (int i = 0; i < 200; ++i) catalogue.remove(ids[static_cast<std::size_t>(i)]);
  for (int i = 0; i < 10; ++i) small.refresh(reading, Scope::kFull);
  CHECK(small.status().state == IndexState::kReady);
  CHECK(found_in(small) == std::vector(ids.begin() + 200, ids.end()));
  // And rows that are added later take it.
  fill(200, "more ");
  small.refresh(reading, Scope::kRecent);
  CHECK(small.status().state == IndexState::kTooLarge);
  CHECK_FALSE(small.view());
}

TEST_CASE_METHOD(Read, "catalogue reader: a new space places all vectors anew, in each replica") {
  const auto ids = fill(600);
  refresh();
  CHECK(reader.status().space_id == 0);
  const auto before = reader.view();
  const auto made = catalogue.tune(test_space());
  refresh();
  CHECK(reader.status().space_id == made.id);
  CHECK(found() == ids);
  const auto view = reader.view();
  CHECK(*view->space == made.space);
  CHECK(*before->space == test_space());  // a search that has begun goes on in the old one
  CHECK(before->index->size() == 600);
  const auto row = named("song 7");
  catalogue.add({&row, 1});
  refresh();
  CHECK(resident(*view).nearest(made.space.place(row.vectors[0].values), 1, {}) ==
        std::vector<Candidate>{{ids[7], 0}});
  database.execute("UPDATE aura.space SET space = 'damaged', id = DEFAULT");
  refresh();
  CHECK(reader.status().space_id == 0);
  CHECK(*reader.view()->space == test_space());
  CHECK(found() == ids);
  catalogue.use_shipped_space(test_space());
  refresh();
  CHECK(reader.status().space_id == 0);
}

TEST_CASE_METHOD(Read,
                 "catalogue reader: a stop ends a refresh, an error leaves the index usable") {
  const auto ids = fill(3);
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(reader.refresh(reading, Scope::kFull, stop.get_token()), Stopped);
  CHECK(reader.status().state == IndexState::kLoading);
  refresh();
  CHECK(found() == ids);
  database.execute("ALTER TABLE aura.catalogue RENAME TO hidden");
  CHECK_THROWS_AS(refresh(), postgres::DatabaseError);
  CHECK(found() == ids);
  database.execute("ALTER TABLE aura.hidden RENAME TO catalogue");
  const auto more = add("more");
  refresh();
  CHECK(found().back() == more);
}

TEST_CASE_METHOD(Read,
                 "catalogue reader: a clock that goes back, or a day unheard, reads all again") {
  const auto ids = fill(3);
  // A clock of the test's, for a connection of its own.
  database.execute(
      "CREATE SCHEMA own; CREATE TABLE own.clock AS SELECT interval '0' AS ahead; "
      "CREATE FUNCTION own.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
      "'SELECT pg_catalog.clock_timestamp() + ahead FROM own.clock'; "
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = own, "
      "pg_catalog, public', current_database()); END $$");
  auto with_clock = database.connect();
  const auto set_clock = [&](const std::string& ahead) {
    database.execute("UPDATE own.clock SET ahead = '" + ahead + "'");
    reader.refresh(with_clock, Scope::kFull);
  };
  set_clock("0");
  // Rows that a reader can't learn of: deleted by hand. So it shows whether all was read.
  database.execute("DELETE FROM aura.catalogue WHERE id = " + std::to_string(ids[0]));
  set_clock("20 hours");
  CHECK(found() == ids);
  set_clock("45 hours");
  CHECK(found() == std::vector{ids[1], ids[2]});
  database.execute("DELETE FROM aura.catalogue WHERE id = " + std::to_string(ids[1]));
  set_clock("46 hours");
  CHECK(found() == std::vector{ids[1], ids[2]});
  set_clock("-1 hours");
  CHECK(found() == std::vector{ids[2]});
}

TEST_CASE_METHOD(Read,
                 "catalogue reader: two writers, late commits and removals, as a plain list") {
  // Each step changes rows over two connections, some with a change that dates from before the last
  // refresh, as a late commit has. After each full refresh the index holds what the list holds.
  const auto seed = GENERATE(1U, 2U);
  std::mt19937 chance(seed);
  auto second_connection = database.connect();
  Catalogue second(second_connection);
  std::map<std::string, RowId> model;
  int names = 0;
  // A search goes on all the time; each row that it finds was in the list at some time.
  std::atomic<bool> done{false};
  std::atomic<RowId> newest{0};
  std::atomic<int> unknown{0};
  std::thread searching([&] {
    while (!done) {
      for (const auto id : found_in(reader))
        if (id < 1 || id > newest) ++unknown;
    }
  });
  for (int step = 0; step < 40; ++step) {
    auto& writer = chance() % 2 == 0 ? catalogue : second;
    const auto late = chance() % 3 == 0;
    std::vector<RowId> touched;
    if (chance() % 3 != 0 || model.empty()) {
      std::vector<NewRow> rows;
      const auto count = 1 + chance() % 30;
      for (std::size_t i = 0; i < count; ++i) rows.push_back(named("s" + std::to_string(names++)));
      if (!model.empty() && chance() % 2 == 0) rows.push_back(named(model.begin()->first));
      newest = newest + 1000;  // ids of rows that a conflict replaces are skipped
      touched = writer.add(rows);
      for (std::size_t i = 0; i < rows.size(); ++i) model[rows[i].song.song] = touched[i];
    } else {
      for (auto row = model.begin(); row != model.end();) {
        if (chance() % 4 == 0) {
          CHECK(writer.remove(row->second));
          touched.push_back(row->second);
          row = model.erase(row);
        } else {
          ++row;
        }
      }
    }
    if (late) {
      for (const auto id : touched)
        database.execute("UPDATE aura.catalogue SET changed_at = clock_timestamp() - interval '" +
                         std::to_string(chance() % 590) +
                         " seconds' WHERE id = " + std::to_string(id));
    }
    refresh(chance() % 2 == 0 && !late ? Scope::kRecent : Scope::kFull);
    std::vector<RowId> expected;
    for (const auto& [name, id] : model) expected.push_back(id);
    std::ranges::sort(expected);
    CHECK(found() == expected);
  }
  done = true;
  searching.join();
  CHECK(unknown == 0);
  // And so does a reader that begins now.
  CatalogueReader late_reader({test_space()}, kPlenty);
  late_reader.refresh(reading, Scope::kFull);
  CHECK(found_in(late_reader) == found());
}

}  // namespace aura::catalogue
