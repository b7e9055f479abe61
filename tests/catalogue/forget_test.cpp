#include "aura/catalogue/forget.h"

#include <catch2/catch.hpp>
#include <string>

#include "filled.h"

namespace aura::catalogue {
namespace {

constexpr int kParts = static_cast<int>(analysis::kParts.size());

struct Known : Filled {
  postgres::Connection connection = database.connect();
  MeasurementStore store{connection, Sharing::kAll};

  void keep_pictures(const std::string& id) {
    database.execute("INSERT INTO aura.pictures VALUES ('" + id + "', '{}')");
  }
  std::string links() {
    return database.value("SELECT string_agg(job_id, '' ORDER BY job_id) FROM aura.job_content");
  }
};

}  // namespace

TEST_CASE_METHOD(Known, "forget: what another job needs stays until that is forgotten too") {
  run(store, "a", "song");
  run(store, "b", "song");
  run(store, "c", "other");
  keep_pictures("a");
  const auto first = forget_job(connection, table, "a");
  CHECK(first.jobs == 1);
  CHECK(first.links == 1);
  CHECK(first.pictures == 1);
  CHECK(first.parts == 0);
  CHECK(links() == "bc");
  CHECK(count("aura.measurement") == std::to_string(2 * kParts));
  CHECK(count("aura.pictures") == "0");
  const auto second = forget_job(connection, table, "b");
  CHECK(second.links == 1);
  CHECK(second.pictures == 1);
  CHECK(second.parts == kParts - 1);
  CHECK(links() == "c");
  CHECK(count("aura.measurement") == std::to_string(kParts));
  CHECK(count("\"AuraAnalysis\"") == "3");
}

TEST_CASE_METHOD(Known, "forget: a job that does not exist, or is forgotten already, is no error") {
  CHECK(forget_job(connection, table, "nothing").jobs == 0);
  run(store, "a", "song");
  forget_job(connection, table, "a");
  const auto again = forget_job(connection, table, "a");
  CHECK(again.jobs == 1);
  CHECK(again.links == 0);
  CHECK(again.pictures == 0);
  CHECK(again.parts == 0);
  CHECK(forget_job(connection, table, "'; DROP TABLE aura.measurement; --").jobs == 0);
}

TEST_CASE_METHOD(Known, "forget: all jobs of a user, however many, and of nobody else") {
  for (int i = 0; i < 5; ++i) run(store, "ann" + std::to_string(i), std::to_string(i), "ann");
  run(store, "bob0", "0", "bob");
  run(store, "bob9", "9", "bob");
  database.execute(
      "INSERT INTO \"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", \"trackTitle\", "
      "\"artistName\", \"audioUrl\", \"updatedAt\") SELECT 'many' || n, 'ann', 'many' || n, "
      "'completed', '', '', '', now() FROM generate_series(1, 2500) n");
  database.execute(
      "INSERT INTO aura.pictures SELECT 'many' || n, '{}' FROM generate_series(1, 2500) n");
  const auto forgotten = forget_user(connection, table, "ann");
  CHECK(forgotten.jobs == 2505);
  CHECK(forgotten.links == 5);
  CHECK(forgotten.pictures == 2500 + 4);  // bob has a song of hers
  CHECK(forgotten.parts == 4 * (kParts - 1));
  CHECK(links() == "bob0bob9");
  CHECK(count("aura.measurement") == std::to_string(2 * kParts));
  CHECK(forget_user(connection, table, "carl").jobs == 0);
}

}  // namespace aura::catalogue
