#include "aura/catalogue/catalogue.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <pqxx/pqxx>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "aura/base/error.h"
#include "aura/postgres/migrations.h"
#include "aura/postgres/session.h"
#include "songs.h"

namespace aura::catalogue {
namespace {

NewRow full_row() {
  std::mt19937 random(9);
  auto row = new_row("Café \"del\" Mar\\", random_vector(random));
  row.song.year = 1993;
  row.song.genre = "Trance";
  row.song.isrc = "DEAA19300001";
  row.song.spotify_url = "https://open.spotify.com/track/1";
  row.song.image_url = "https://i.scdn.co/image/1";
  row.song.charts = {{"uk", "1997-03-01", 30, std::nullopt},
                     {"uk", "1997-03-08", 24, 5'000'000'000},
                     {"us", "1997-03-08", std::nullopt, 1}};
  row.facts = {.tempo_bpm = 128.5, .key = "F# minor", .loudness_lufs = -9.25};
  row.fingerprint = {0, 1, 0xFFFFFFFF, 0x12345678};
  return row;
}

}  // namespace

TEST_CASE_METHOD(Songs, "catalogue: what is added comes back") {
  CHECK(catalogue.exists());
  const auto given = full_row();
  const auto id = add(given);
  const auto found = catalogue.find(id);
  REQUIRE(found);
  CHECK(found->id == id);
  CHECK(found->content == given.content);
  CHECK(found->song == given.song);
  CHECK(found->facts == given.facts);
  CHECK(catalogue.find(given.content)->id == id);
  CHECK(catalogue.read_rows(0, 10).front().song == given.song);
  CHECK(catalogue.list("", 0, 10).front().song == given.song);
  CHECK(catalogue.sample_vectors(test_space(), 10) ==
        std::vector<std::vector<float>>{given.vectors[0].values});
  CHECK(database.value("SELECT encode(fingerprint, 'hex') FROM aura.catalogue_fingerprint") ==
        "0000000001000000ffffffff78563412");
  CHECK_FALSE(catalogue.find(id + 1));
  CHECK_FALSE(catalogue.find(content("other")));
}

TEST_CASE_METHOD(Songs, "catalogue: a batch keeps its order, and is one transaction") {
  const auto ids = fill(1200);
  CHECK(ids.size() == 1200);
  for (std::size_t i = 1; i < ids.size(); ++i) CHECK(ids[i] > ids[i - 1]);
  for (const std::size_t i : {0, 1, 499, 500, 1199})
    CHECK(catalogue.find(ids[i])->song.song == "song " + std::to_string(i));

  auto bad = std::vector{named("x"), named("y")};
  bad[1].song.artist = "";
  CHECK_THROWS_AS(catalogue.add(bad), std::invalid_argument);
  bad[1] = named("x");
  CHECK_THROWS_AS(catalogue.add(bad), std::invalid_argument);
  bad[1] = named("y");
  bad[1].vectors[0].values[0] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(catalogue.add(bad), std::invalid_argument);
  bad[1].vectors[0].values.clear();
  CHECK_THROWS_AS(catalogue.add(bad), std::invalid_argument);
  CHECK(count("aura.catalogue") == "1200");
  CHECK(catalogue.add({}).empty());
}

TEST_CASE_METHOD(Songs, "catalogue: a known content is replaced, a removed one brought back") {
  auto row = full_row();
  const auto id = add(row);
  row.song.artist = "Energy 52";
  row.song.year.reset();
  row.song.charts = {{"de", "1997-03-08", 1, std::nullopt}, {"uk", "1997-03-08", 12, std::nullopt}};
  row.vectors[0].values[0] = 7;
  row.fingerprint.clear();
  CHECK(add(row) == id);
  auto found = catalogue.find(id);
  CHECK(found->song.artist == "Energy 52");
  CHECK_FALSE(found->song.year);
  CHECK(found->song.charts == std::vector<ChartEntry>{{"uk", "1997-03-01", 30, std::nullopt},
                                                      {"de", "1997-03-08", 1, std::nullopt},
                                                      {"uk", "1997-03-08", 12, std::nullopt},
                                                      {"us", "1997-03-08", std::nullopt, 1}});
  CHECK(catalogue.sample_vectors(test_space(), 10) ==
        std::vector<std::vector<float>>{row.vectors[0].values});
  CHECK(count("aura.catalogue_fingerprint") == "1");  // one that is unknown takes none away

  CHECK(catalogue.remove(id));
  CHECK_FALSE(catalogue.remove(id));
  CHECK_FALSE(catalogue.remove(id + 1));
  CHECK_FALSE(catalogue.find(id));
  CHECK_FALSE(catalogue.find(row.content));
  CHECK(catalogue.list("", 0, 10).empty());
  CHECK(catalogue.read_rows(0, 10).empty());
  CHECK(catalogue.stats().rows == 0);
  CHECK(count("aura.catalogue_vector") == "0");
  CHECK(count("aura.catalogue_fingerprint") == "0");
  CHECK(count("aura.popularity") == "0");
  CHECK(count("aura.catalogue") == "1");
  CHECK(add(row) == id);
  CHECK(catalogue.find(id)->song == row.song);
}

TEST_CASE_METHOD(Songs, "catalogue: removed rows are deleted after 30 days, a few at a time") {
  const auto ids = fill(10);
  for (std::size_t i = 0; i < 5; ++i) catalogue.remove(ids[i]);
  CHECK(prune_removed(connection, 100) == 0);
  database.execute("UPDATE aura.catalogue SET removed_at = now() - interval '29 days 23 hours'");
  database.execute(
      "UPDATE aura.catalogue SET removed_at = now() - interval '31 days' WHERE id <= " +
      std::to_string(ids[4]));
  database.execute("UPDATE aura.catalogue SET removed_at = NULL WHERE id > " +
                   std::to_string(ids[7]));
  CHECK(prune_removed(connection, 3) == 3);
  CHECK(prune_removed(connection, 3) == 2);
  CHECK(prune_removed(connection, 3) == 0);
  CHECK(count("aura.catalogue") == "5");
}

TEST_CASE_METHOD(Songs, "catalogue: a list is searched without case, and paged from the newest") {
  fill(25);
  auto row = named("100% Pure Love");
  row.song.artist = "Crystal Waters";
  add(row);
  CHECK(catalogue.list("pure", 0, 10).size() == 1);
  CHECK(catalogue.list("WATERS", 0, 10).size() == 1);
  CHECK(catalogue.list("%", 0, 10).size() == 1);  // no pattern
  CHECK(catalogue.list("_", 0, 10).empty());
  CHECK(catalogue.list("'; DROP TABLE aura.catalogue; --", 0, 10).empty());
  std::set<RowId> seen;
  RowId before = 0;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = catalogue.list("song", before, 10);
    for (const auto& each : page) {
      CHECK((before == 0 || each.id < before));
      before = each.id;
      seen.insert(each.id);
    }
    if (page.size() < 10) break;
  }
  CHECK(seen.size() == 25);
}

TEST_CASE_METHOD(Songs, "catalogue: vectors of another version, kind or size are stale") {
  const auto space = test_space();
  const auto ids = fill(5);
  CHECK(catalogue.read_stale_rows({&space, 1}, 0, 10).empty());
  database.execute("UPDATE aura.catalogue_vector SET version = 2 WHERE catalogue_id = " +
                   std::to_string(ids[0]));
  database.execute("UPDATE aura.catalogue_vector SET kind = 'voice' WHERE catalogue_id = " +
                   std::to_string(ids[1]));
  database.execute("UPDATE aura.catalogue_vector SET vector = '\\x00' WHERE catalogue_id = " +
                   std::to_string(ids[2]));
  database.execute("DELETE FROM aura.catalogue_vector WHERE catalogue_id = " +
                   std::to_string(ids[3]));
  const auto stale = catalogue.read_stale_rows({&space, 1}, 0, 10);
  REQUIRE(stale.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(stale[i].id == ids[i]);
  CHECK(catalogue.read_stale_rows({&space, 1}, ids[1], 1).front().id == ids[2]);
  CHECK(catalogue.sample_vectors(space, 10).size() == 1);
  const auto versions = catalogue.stats().versions;
  REQUIRE(versions.size() == 3);
  CHECK(versions[0].kind == "timbre");
  CHECK(versions[0].version == 1);
  CHECK(versions[0].rows == 2);
  // Measured again, a row keeps the version before, for workers of the release before.
  auto row = named("song 0");
  row.vectors[0].version = 3;
  CHECK(add(row) == ids[0]);
  CHECK(database.value("SELECT string_agg(version::text, ' ' ORDER BY version) FROM "
                       "aura.catalogue_vector WHERE catalogue_id = " +
                       std::to_string(ids[0])) == "2 3");
  row.vectors[0].version = 4;
  add(row);
  CHECK(database.value("SELECT string_agg(version::text, ' ' ORDER BY version) FROM "
                       "aura.catalogue_vector WHERE catalogue_id = " +
                       std::to_string(ids[0])) == "3 4");
}

TEST_CASE_METHOD(Songs, "catalogue: counts rows, genres and fingerprints") {
  for (int i = 0; i < 6; ++i) {
    auto row = named(std::to_string(i));
    if (i > 0) row.song.genre = i < 4 ? "Rock" : "Pop";
    if (i < 2) row.fingerprint = {1};
    add(row);
  }
  const auto stats = catalogue.stats();
  CHECK(stats.rows == 6);
  CHECK(stats.fingerprints == 2);
  REQUIRE(stats.genres.size() == 3);
  CHECK(stats.genres[0].genre == "Rock");
  CHECK(stats.genres[0].rows == 3);
  CHECK(stats.genres[2].genre.empty());
  CHECK(stats.genres[2].rows == 1);
}

TEST_CASE_METHOD(Songs, "catalogue: a space takes 500 rows, is kept, and can be given up") {
  const auto shipped = test_space();
  fill(499);
  CHECK_THROWS_AS(catalogue.tune(shipped), ConfigError);
  CHECK_FALSE(catalogue.current_space(shipped));
  add("one more");
  const auto made = catalogue.tune(shipped);
  CHECK(made.rows == 500);
  CHECK(made.space == analysis::Space::fit("timbre", 1, catalogue.sample_vectors(shipped, 1000)));
  auto current = catalogue.current_space(shipped);
  REQUIRE(current);
  CHECK(current->id == made.id);
  CHECK(current->space == made.space);
  CHECK(current->rows == 500);
  const auto again = catalogue.tune(shipped);
  CHECK(again.id > made.id);
  CHECK(again.space == made.space);
  CHECK(count("aura.space WHERE current") == "1");
  database.execute("UPDATE aura.space SET space = 'damaged' WHERE current");
  CHECK_FALSE(catalogue.current_space(shipped));
  catalogue.use_shipped_space(shipped);
  CHECK(count("aura.space WHERE current") == "0");
  CHECK_FALSE(catalogue.current_space(shipped));
  database.execute("UPDATE aura.space SET made_at = now() - interval '31 days'");
  prune_removed(connection, 1);
  CHECK(count("aura.space") == "0");
}

TEST_CASE_METHOD(Songs, "catalogue: each change is notified, and nothing else") {
  pqxx::connection listening(database.url());
  struct Receiver : pqxx::notification_receiver {
    using notification_receiver::notification_receiver;
    void operator()(const std::string&, int) override { ++heard; }
    int heard = 0;
  } receiver(listening, kCatalogueChannel);
  // A notification is sent with the commit: when the statement has returned, it is on its way.
  const auto notifies = [&](const std::function<void()>& change) {
    receiver.heard = 0;
    change();
    listening.await_notification(receiver.heard == 0 ? 5 : 0, 0);
    return receiver.heard > 0;
  };
  const auto is_silent = [&](const std::function<void()>& change) {
    receiver.heard = 0;
    change();
    // What is sent later on another connection arrives later: nothing came before the marker.
    database.execute("SELECT pg_notify('aura_catalogue', 'marker')");
    while (receiver.heard == 0) listening.await_notification(5, 0);
    return receiver.heard == 1;
  };
  RowId id = 0;
  CHECK(notifies([&] { id = add("a"); }));
  CHECK(notifies([&] { fill(500); }));
  CHECK(notifies([&] { catalogue.tune(test_space()); }));
  CHECK(notifies([&] { catalogue.use_shipped_space(test_space()); }));
  CHECK(notifies([&] { catalogue.remove(id); }));
  CHECK(is_silent([&] { catalogue.remove(id); }));
  CHECK(is_silent([&] { catalogue.list("", 0, 10); }));
}

TEST_CASE_METHOD(Songs, "catalogue: two importers of the same songs wait for each other") {
  // In opposite orders, each would lock a row that the other needs.
  auto rows = std::vector{named("a"), named("b")};
  catalogue.add(rows);
  std::vector<std::thread> importers;
  std::atomic<int> added{0};
  for (int i = 0; i < 2; ++i) {
    importers.emplace_back([&, i] {
      auto own = database.connect();
      auto mine = rows;
      if (i == 1) std::swap(mine[0], mine[1]);
      for (int round = 0; round < 30; ++round)
        added += static_cast<int>(Catalogue(own).add(mine).size());
    });
  }
  for (auto& importer : importers) importer.join();
  CHECK(added == 2 * 30 * 2);
  CHECK(count("aura.catalogue") == "2");
}

TEST_CASE_METHOD(Songs, "catalogue: a role that owns nothing can use it all") {
  const test::Role role(database);
  database.execute(
      "GRANT USAGE ON SCHEMA aura TO " + role.name() +
      "; GRANT SELECT, INSERT, UPDATE, DELETE ON aura.catalogue, aura.catalogue_vector, "
      "aura.catalogue_fingerprint, aura.popularity, aura.space TO " +
      role.name());
  postgres::Connection own(postgres::parse_database_url(role.url()));
  Catalogue allowed(own);
  CHECK(allowed.exists());
  const auto row = full_row();
  const auto id = allowed.add({&row, 1}).front();
  CHECK(allowed.find(id)->song == row.song);
  CHECK(allowed.remove(id));
  CHECK(prune_removed(own, 10) == 0);
  fill(500);
  CHECK(allowed.tune(test_space()).rows == 500);
}

TEST_CASE("catalogue: roles that may write the history may write the catalogue") {
  test::TestDatabase database;
  auto connection = database.connect();
  const auto all = postgres::schema_migrations();
  const auto is_catalogue = [](const auto& each) { return each.name == "0009_catalogue"; };
  const auto at = std::ranges::find_if(all, is_catalogue);
  REQUIRE(at != all.end());
  postgres::migrate_to(connection, all.first(static_cast<std::size_t>(at - all.begin())), "0.1.0");
  CHECK_FALSE(Catalogue(connection).exists());
  const test::Role role(database);
  database.execute("GRANT USAGE ON SCHEMA aura TO " + role.name() +
                   "; GRANT SELECT, INSERT, UPDATE ON aura.run TO " + role.name());
  postgres::migrate_to(connection, all, "0.1.0");
  postgres::Connection own(postgres::parse_database_url(role.url()));
  const auto row = full_row();
  CHECK(Catalogue(own).add({&row, 1}).size() == 1);
}

}  // namespace aura::catalogue
