#include "aura/catalogue/measurement_store.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "aura/analysis/stored.h"
#include "filled.h"

namespace aura::catalogue {
namespace {

using analysis::KnownParts;
using analysis::Measurements;
using analysis::Part;

struct Stored : Filled {
  postgres::Connection connection = database.connect();
  MeasurementStore store{connection, Sharing::kAll};
};

constexpr int kParts = static_cast<int>(analysis::kParts.size());
const auto kAllParts = std::to_string(kParts);

bool is_of(const KnownParts& known, const Measurements& measured) {
  return is_complete(known) && *known.core == measured.core && *known.rhythm == measured.rhythm &&
         *known.tonal == measured.tonal && *known.structure == measured.structure &&
         *known.pictures == measured.pictures && *known.timbre == measured.timbre &&
         *known.spectrum == measured.spectrum && *known.source == measured.source &&
         known.fingerprint == measured.fingerprint && known.tags == measured.tags;
}

std::string part_row(Part part) {
  return "aura.measurement WHERE part = '" + std::string(name_of(part)) + "'";
}

}  // namespace

TEST_CASE_METHOD(Stored, "measurement store: what is stored comes back to the last digit") {
  for (int i = 0; i < 20; ++i) {
    const auto name = std::to_string(i);
    CHECK(store.find(content(name), "u").parts == KnownParts{});
    const auto measured = run(store, name, name);
    CHECK(is_of(store.find(content(name), "u").parts, measured));
    for (const auto part : analysis::kParts)
      CHECK(database.value("SELECT measured FROM " + part_row(part) + " AND content_key = '\\x" +
                           to_hex(content(name)) + "'") ==
            analysis::to_stored_part(measured, part));
  }
  CHECK(store.find(content("20"), "u").parts == KnownParts{});
  CHECK(count("aura.job_content") == "20");
}

TEST_CASE_METHOD(Stored, "measurement store: only parts that are missing are written") {
  const auto measured = run(store, "a", "song");
  for (const auto part : analysis::kParts) {
    INFO(name_of(part));
    database.execute("DELETE FROM " + part_row(part));
    const auto found = find(store, "song");
    for (const auto other : analysis::kParts) CHECK(found.parts.has(other) == (other != part));
    database.execute("UPDATE aura.measurement SET created_on = '2020-01-01'");
    store.store(found, measured, complete_again("a"));
    CHECK(is_of(store.find(content("song"), "u").parts, measured));
    CHECK(count("aura.measurement WHERE created_on > '2020-01-01'") == "1");
  }
}

TEST_CASE_METHOD(Stored,
                 "measurement store: parts of other versions are neither read nor replaced") {
  const auto measured = run(store, "a", "song");
  database.execute("UPDATE aura.measurement SET version = '0 1.2.3' WHERE part = 'rhythm'");
  const auto found = store.find(content("song"), "u");
  CHECK_FALSE(found.parts.has(Part::kRhythm));
  CHECK(found.parts.has(Part::kCore));
  store.store(found, measured, complete_again("a"));
  CHECK(is_of(store.find(content("song"), "u").parts, measured));
  CHECK(count(part_row(Part::kRhythm)) == "2");
}

TEST_CASE_METHOD(
    Stored,
    "measurement store: a fingerprint and tags that nobody needs are not stored, and kept") {
  const auto found = store.find(content("song"), "u");
  const auto measured = any_printable(random);
  store.store(found, measured, complete("a"));
  CHECK(count("aura.measurement") == std::to_string(kParts - 2));
  CHECK(count(part_row(Part::kFingerprint)) == "0");
  CHECK(count(part_row(Part::kTags)) == "0");
  CHECK(is_complete(store.find(content("song"), "u").parts));
  CHECK_FALSE(is_complete(find(store, "song").parts));
  store.store(find(store, "song"), measured, complete_again("a"));
  CHECK(is_of(store.find(content("song"), "u").parts, measured));
}

TEST_CASE_METHOD(Stored, "measurement store: tags of another model are unknown, and replaced") {
  auto measured = run(store, "a", "song");
  const analysis::NamedTagger other{{"another", 8}, analysis::any_tagger().tagger};
  auto found = find(store, "song");
  CHECK(is_complete(found.parts));
  found.parts.tagger = &other;
  CHECK_FALSE(found.parts.has(Part::kTags));
  measured.tags->tagging = other.tagging;
  store.store(found, measured, complete_again("a"));
  CHECK(is_of(store.find(content("song"), "u").parts, measured));
  CHECK(count(part_row(Part::kTags)) == "1");
}

TEST_CASE_METHOD(Stored, "measurement store: damaged rows are measured again, and replaced") {
  const auto measured = run(store, "a", "song");
  for (const std::string damage : {"{}", "[1]", "7", "{\"confidence\":\"x\"}", "null"}) {
    for (const auto part : analysis::kParts) {
      INFO(name_of(part) << " " << damage);
      database.execute("UPDATE aura.measurement SET measured = '" + damage + "' WHERE part = '" +
                       std::string(name_of(part)) + "'");
      const auto found = find(store, "song");
      CHECK_FALSE(found.parts.has(part));
      store.store(found, measured, complete_again("a"));
      CHECK(is_of(store.find(content("song"), "u").parts, measured));
    }
  }
}

TEST_CASE_METHOD(Stored, "measurement store: a run that did not complete its job stores nothing") {
  const auto found = store.find(content("song"), "u");
  const auto run_id = complete("a");
  for (const std::string state : {"running", "failed", "lost", "cancelled", "superseded"}) {
    database.execute("UPDATE aura.run SET state = '" + state +
                     "', ended_at = " + (state == "running" ? "NULL" : "now()"));
    store.store(found, any_printable(random), run_id);
  }
  store.store(found, any_printable(random), run_id + 1000);
  CHECK(count("aura.measurement") == "0");
  CHECK(count("aura.job_content") == "0");
}

TEST_CASE_METHOD(Stored,
                 "measurement store: the link says whether and when it was measured before") {
  const auto link = [&](const std::string& id) {
    return database.value(
        "SELECT measured_on || ' ' || measured_before FROM aura.job_content WHERE "
        "job_id = '" +
        id + "'");
  };
  const auto today = database.value("SELECT current_date");
  run(store, "a", "song");
  CHECK(link("a") == today + " false");
  database.execute("UPDATE aura.measurement SET created_on = '2020-01-01'");
  run(store, "b", "song");
  CHECK(link("b") == "2020-01-01 true");
  // A later run of the job replaces the link, an earlier run does not.
  const auto earlier = complete_again("a"), later = complete_again("a");
  store.store(store.find(content("other"), "u"), any_printable(random), later);
  store.store(store.find(content("song"), "u"), any_printable(random), earlier);
  CHECK(database.value(
            "SELECT encode(content_key, 'hex') FROM aura.job_content WHERE job_id = 'a'") ==
        to_hex(content("other")));
}

TEST_CASE_METHOD(Stored, "measurement store: a hit notes its day, once") {
  run(store, "a", "song");
  database.execute("UPDATE aura.measurement SET used_on = current_date - 3");
  store.find(content("other"), "u");
  CHECK(count("aura.measurement WHERE used_on = current_date") == "0");
  store.find(content("song"), "u");
  CHECK(count("aura.measurement WHERE used_on = current_date") == kAllParts);
  const auto written = database.value("SELECT string_agg(xmin::text, ' ') FROM aura.measurement");
  store.find(content("song"), "u");
  CHECK(database.value("SELECT string_agg(xmin::text, ' ') FROM aura.measurement") == written);
}

TEST_CASE_METHOD(Stored,
                 "measurement store: with CACHE=user users share nothing, not even a hash") {
  MeasurementStore one(connection, Sharing::kUser);
  const auto measured = run(one, "a", "song", "ann");
  CHECK(is_of(one.find(content("song"), "ann").parts, measured));
  CHECK(one.find(content("song"), "bob").parts == KnownParts{});
  CHECK(one.find(content("song"), "").parts == KnownParts{});
  CHECK(store.find(content("song"), "ann").parts == KnownParts{});
  CHECK(count("aura.measurement WHERE content_key = '\\x" + to_hex(content("song")) + "'") == "0");
  // Another replica uses the same secret; another installation has another.
  auto second = database.connect();
  CHECK(
      is_of(MeasurementStore(second, Sharing::kUser).find(content("song"), "ann").parts, measured));
  Filled elsewhere;
  auto third = elsewhere.database.connect();
  CHECK(MeasurementStore(third, Sharing::kUser).find(content("song"), "ann").key !=
        one.find(content("song"), "ann").key);
}

TEST_CASE_METHOD(Stored, "measurement store: two replicas that write one row leave one") {
  auto second = database.connect();
  MeasurementStore other(second, Sharing::kAll);
  const auto found = find(store, "song");
  const auto found_too = find(other, "song");
  const auto measured = any_printable(random);
  store.store(found, measured, complete("a"));
  const auto written = database.value("SELECT string_agg(xmin::text, ' ') FROM aura.measurement");
  other.store(found_too, measured, complete("b"));
  CHECK(count("aura.measurement") == kAllParts);
  CHECK(database.value("SELECT string_agg(xmin::text, ' ') FROM aura.measurement") == written);
  CHECK(count("aura.job_content") == "2");
}

TEST_CASE_METHOD(Stored, "measurement store: parts go once no job has used them for a time") {
  run(store, "a", "old");
  run(store, "b", "young");
  const auto age = [&](const std::string& name, int days) {
    database.execute("UPDATE aura.measurement SET used_on = current_date - " +
                     std::to_string(days) + " WHERE content_key = '\\x" + to_hex(content(name)) +
                     "'");
  };
  const StoreLimits limits{.retention_days = 90, .picture_retention_days = 7, .max_bytes = 0};
  age("old", 7);
  CHECK(prune_old_parts(connection, limits, 100) == 0);
  age("old", 8);
  CHECK(prune_old_parts(connection, limits, 100) == 1);  // the pictures
  age("old", 91);
  CHECK(prune_old_parts(connection, limits, 3) == 3);
  CHECK(prune_old_parts(connection, limits, 100) == kParts - 4);
  CHECK(count("aura.measurement") == kAllParts);
  // Pictures may be kept for longer than the rest.
  age("young", 91);
  CHECK(prune_old_parts(connection, {.picture_retention_days = 365}, 100) == kParts - 1);
  CHECK(count(part_row(Part::kPictures)) == "1");
}

TEST_CASE_METHOD(Stored,
                 "measurement store: what was used longest ago goes while the store is full") {
  for (int i = 0; i < 20; ++i) {
    const auto name = std::to_string(i);
    run(store, name, name);
    database.execute("UPDATE aura.measurement SET used_on = current_date - " +
                     std::to_string(20 - i) + " WHERE content_key = '\\x" + to_hex(content(name)) +
                     "'");
  }
  const auto bytes = measure_store(connection);
  CHECK(bytes > 20 * 5 * 150);
  const StoreLimits fits{.max_bytes = static_cast<std::uint64_t>(bytes)};
  CHECK(prune_large_store(connection, fits, 100) == 0);
  const StoreLimits half{.max_bytes = static_cast<std::uint64_t>(bytes) / 2};
  CHECK(prune_large_store(connection, half, 3) == 3);
  while (prune_large_store(connection, half, 3) == 3) {
  }
  const auto left = measure_store(connection);
  CHECK(left <= bytes / 2);
  CHECK(left > bytes / 3);
  CHECK(count("aura.measurement WHERE used_on > current_date - 5") == std::to_string(4 * kParts));
  CHECK(count("aura.measurement WHERE used_on < current_date - 17") == "0");
}

TEST_CASE_METHOD(Stored,
                 "measurement store: links go with their jobs, and with an older release's run") {
  for (const auto* id : {"a", "b", "c", "d"}) run(store, id, "song");
  database.execute("DELETE FROM \"AuraAnalysis\" WHERE \"id\" = 'b'");
  complete_again("c");  // by a worker that knows no links
  std::string last;
  do {
    last = prune_links(connection, table, Link::kTrack, last, 1);
  } while (!last.empty());
  CHECK(database.value("SELECT string_agg(job_id, '' ORDER BY job_id) FROM aura.job_content") ==
        "ad");
  CHECK(count("aura.measurement") == kAllParts);
}

TEST_CASE_METHOD(Stored, "measurement store: a role that owns nothing can use it all") {
  const test::Role role(database);
  const auto as_role = [&] {
    return postgres::Connection(postgres::parse_database_url(role.url()));
  };
  auto refused = as_role();
  MeasurementStore store_without_rights(refused, Sharing::kUser);
  CHECK_THROWS_AS(store_without_rights.find(content("song"), "u"), postgres::DatabaseError);

  database.execute("GRANT USAGE ON SCHEMA aura TO " + role.name() +
                   "; GRANT SELECT, INSERT, UPDATE, DELETE ON aura.run, aura.measurement, "
                   "aura.job_content, aura.pictures TO " +
                   role.name() + "; GRANT SELECT ON aura.installation TO " + role.name() +
                   "; GRANT SELECT ON \"AuraAnalysis\" TO " + role.name());
  auto allowed = as_role();
  MeasurementStore with_rights(allowed, Sharing::kUser);
  const auto measured = run(with_rights, "a", "song");
  CHECK(is_of(with_rights.find(content("song"), "u").parts, measured));
  CHECK(prune_old_parts(allowed, {}, 10) == 0);
  CHECK(prune_large_store(allowed, {.max_bytes = 1}, 100) == kParts);
  CHECK(prune_links(allowed, table, Link::kTrack, "", 10).empty());
}

}  // namespace aura::catalogue
