#include <catch2/catch.hpp>
#include <csignal>

#include "aura/queue/migrations.h"
#include "aura/test/eventually.h"
#include "fixture.h"

namespace aura::test {
namespace {

/// A worker whose database changes under it.
class Surroundings : public WithTables {
 public:
  Process start_worker() const { return start({"worker"}, {{"POLL_INTERVAL", "0.1"}}); }
  void wait_until_completed(const std::string& id) {
    eventually(id + " is completed", [&] {
      return database.value("SELECT \"status\" FROM public.\"AuraAnalysis\" WHERE \"jobId\" = '" +
                            id + "'") == "completed";
    });
  }
  void end(Process& worker) {
    worker.kill(SIGTERM);
    CHECK(worker.wait() == ExitStatus{});
  }
};

}  // namespace

TEST_CASE_METHOD(
    Surroundings,
    "surroundings: the jobs table dropped and made anew, with schema aura and without") {
  auto worker = start_worker();
  insert_path("before");
  wait_until_completed("before");
  SECTION("the table, as prisma migrate reset does") {
    database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  }
  SECTION("all there is") {
    database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA aura CASCADE");
  }
  worker.wait_for_error("no jobs can be claimed");
  auto connection = database.connect();
  queue::create_queue_table(connection, std::nullopt);
  insert_path("after");
  wait_until_completed("after");
  end(worker);
}

TEST_CASE_METHOD(Surroundings,
                 "surroundings: without a connection to be had it waits, and goes on with one") {
  const Role role(database);
  database.execute("GRANT ALL ON ALL TABLES IN SCHEMA aura, public TO " + role.name() +
                   "; GRANT USAGE ON SCHEMA aura, public TO " + role.name() + "; ALTER ROLE " +
                   role.name() + " CONNECTION LIMIT 0");
  environment["DATABASE_URL"] = role.url();
  insert_path("a");
  auto worker = start_worker();
  worker.wait_for_error("can't be reached");
  database.execute("ALTER ROLE " + role.name() + " CONNECTION LIMIT -1");
  wait_until_completed("a");
  end(worker);
}

}  // namespace aura::test
