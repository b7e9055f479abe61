#pragma once

#include <string>

#include "any_measurements.h"
#include "aura/base/sha256.h"
#include "aura/catalogue/measurement_store.h"
#include "aura/test/database.h"

namespace aura::catalogue {

using analysis::any_printable;

/// The hash of the content `name`.
inline Sha256 content(const std::string& name) {
  return sha256({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
}

/// A database with the tables, and stores over connections of their own.
struct Filled {
  test::TestDatabase database;
  queue::QueueTable table = database.with_schema_and_table();
  analysis::Random random{1};
  std::int64_t last_run = 0;

  /// Inserts a completed job of `user`; returns the run that completed it.
  std::int64_t complete(const std::string& id, const std::string& user = "u") {
    database.insert_job(id);
    database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'completed', \"userId\" = '" + user +
                     "' WHERE \"id\" = '" + id + "'");
    return complete_again(id);
  }
  std::int64_t complete_again(const std::string& id) {
    return std::stoll(
        database.value("INSERT INTO aura.run (job_id, worker_id, attempt, state, lease_until, "
                       "ended_at) VALUES ('" +
                       id + "', 'w', 1, 'completed', now(), now()) RETURNING id"));
  }
  /// What find() gives a worker that needs fingerprints and tags.
  static StoredParts find(MeasurementStore& store, const std::string& name,
                          const std::string& user = "u") {
    auto found = store.find(content(name), user);
    found.parts.wants_fingerprint = true;
    found.parts.tagger = &analysis::any_tagger();
    return found;
  }
  /// What such a worker does with a job that has the content `name`, which is measured if need be.
  analysis::Measurements run(MeasurementStore& store, const std::string& id,
                             const std::string& name, const std::string& user = "u") {
    const auto found = find(store, name, user);
    const auto measured = any_printable(random);
    store.store(found, measured, complete(id, user));
    return measured;
  }
  std::string count(const std::string& rows) {
    return database.value("SELECT count(*) FROM " + rows);
  }
};

}  // namespace aura::catalogue
