#include <catch2/catch.hpp>
#include <csignal>

#include "../http/client.h"
#include "aura/queue/migrations.h"
#include "aura/test/eventually.h"
#include "fixture.h"

namespace aura::test {
namespace {

/// A worker whose database changes under it.
class Surroundings : public WithTables {
 public:
  Process start_worker() const { return start({"worker"}, {{"POLL_INTERVAL", "0.1"}}); }
  Environment with(const Environment& more) const {
    auto merged = environment;
    for (const auto& [name, value] : more) merged[name] = value;
    return merged;
  }
  /// On a machine that lacks `what`: see refuse_syscalls.py.
  Process start_without(const std::string& what, const Arguments& arguments,
                        const Environment& more) const {
    Arguments all{AURA_REFUSE_SYSCALLS, what, AURA_PROGRAM};
    all.insert(all.end(), arguments.begin(), arguments.end());
    auto merged = with(more);
    merged.try_emplace("AURA_ALLOW_HOSTS", "127.0.0.1");
    merged.try_emplace("PORT", "0");
    return Process(all, {merged, folder()});
  }
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

TEST_CASE_METHOD(Surroundings, "surroundings: a machine without IPv6 answers over IPv4") {
  const auto port = HttpServer().port();  // which was free just now
  auto worker = start_without("ipv6", {"worker"}, {{"PORT", std::to_string(port)}});
  worker.wait_for_error(" ready ");
  CHECK_THAT(http::ask(port, "/healthz"), Catch::Matchers::StartsWith("HTTP/1.1 200"));
  end(worker);
}

TEST_CASE_METHOD(Surroundings,
                 "surroundings: where no sandbox can be had, a worker says so, or doesn't start") {
  insert_path("a");
  auto strict = start_without("seccomp", {"worker", "--drain"}, {{"AURA_SANDBOX", "require"}});
  CHECK(strict.wait() != ExitStatus{});
  CHECK(contains(strict.error_output(), "AURA_SANDBOX"));
  CHECK(count("queued") == 1);
  auto lenient = start_without("seccomp", {"worker", "--drain"}, {{"AURA_SANDBOX", "auto"}});
  CHECK(lenient.wait() == ExitStatus{});
  CHECK(contains(lenient.error_output(), "no sandbox can be had"));
  CHECK(count("completed") == 1);
}

TEST_CASE_METHOD(Surroundings, "surroundings: too few files cost jobs nothing") {
  for (int i = 0; i < 6; ++i) insert_path("job" + std::to_string(i));
  Process worker({"/usr/bin/prlimit", "--nofile=24", AURA_PROGRAM, "worker"},
                 {with({{"AURA_ALLOW_HOSTS", "127.0.0.1"}, {"PORT", "0"}, {"AURA_SANDBOX", "off"}}),
                  folder()});
  eventually("it has tried or done jobs", [&] {
    return database.value("SELECT count(*) > 0 FROM aura.run WHERE state <> 'running'") == "t" ||
           worker.has_ended();
  });
  worker.kill(SIGTERM);
  worker.wait();
  drain();
  CHECK(count("completed") == 6);
  CHECK(database.value("SELECT max(attempt) FROM aura.run") == "1");
}

}  // namespace aura::test
