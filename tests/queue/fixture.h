#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aura/queue/queue.h"
#include "aura/test/database.h"

namespace aura::queue {

/// A database with the tables made, a connection and a queue over it.
struct Fixture {
  Fixture() = default;
  /// In a database made with `options`.
  explicit Fixture(const std::string& options) : database(options) {}

  test::TestDatabase database;
  QueueTable table = database.with_schema_and_table();
  postgres::Connection connection = database.connect();
  Queue queue{connection, table};

  std::vector<ClaimedJob> claim(int limit) {
    return queue.claim({.limit = limit, .worker_id = "w"});
  }
  std::string column(const std::string& name, const std::string& id = "a") {
    return database.value("SELECT \"" + name + "\" FROM \"AuraAnalysis\" WHERE \"id\" = '" + id +
                          "'");
  }
  std::string run_state(std::int64_t run_id) {
    return database.value("SELECT state FROM aura.run WHERE id = " + std::to_string(run_id));
  }
  std::string gates() { return database.value("SELECT count(*) FROM aura.gate"); }
};

/// In a table whose jobIds are UUIDs, with one job.
struct WithUuids : Fixture {
  WithUuids() {
    database.execute("ALTER TABLE \"AuraAnalysis\" ALTER \"jobId\" TYPE uuid USING NULL");
    table = find_queue_table(connection, std::nullopt);
    database.insert_job(id);
  }

  const std::string id = "0b7f5d2e-0000-4000-8000-000000000001";
};

}  // namespace aura::queue
