#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "../http/client.h"
#include "aura/postgres/migrations.h"
#include "aura/test/eventually.h"
#include "aura/test/postgres_server.h"
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

struct OwnServer {
  PostgresServer postgres;
};

/// On a server that no other test uses.
class SurroundingsOnOwnServer : public OwnServer, public Surroundings {};

}  // namespace

TEST_CASE_METHOD(
    Surroundings,
    "surroundings: the jobs table dropped and made anew, with schema aura and without") {
  auto worker = start_worker();
  insert_path("before");
  wait_until_completed("before");
  // PostgreSQL ends a DROP that meets an index being built, as a deadlock.
  eventually("the index is there", [&] {
    return database.value(
               "SELECT bool_or(indisvalid) FROM pg_index WHERE indexrelid = "
               "to_regclass('public.\"AuraAnalysis_aura_claim_idx\"')") == "t";
  });
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

TEST_CASE_METHOD(SurroundingsOnOwnServer,
                 "surroundings: a password changed under it is told, and costs jobs nothing") {
  const Role role(database);
  const auto let_in = [&](const std::string& password) {
    database.execute("ALTER ROLE " + role.name() + " PASSWORD '" + password + "'");
  };
  database.execute("GRANT ALL ON ALL TABLES IN SCHEMA aura, public TO " + role.name() +
                   "; GRANT USAGE ON SCHEMA aura, public TO " + role.name());
  let_in("first/word");
  {
    std::ofstream rules(server_directory(database.url()) / "pg_hba.conf");
    rules << "local all aura trust\nlocal all all scram-sha-256\n";
  }
  database.execute("SELECT pg_reload_conf()");
  auto url = role.url();
  url.insert(url.find('@'), ":first%2Fword");
  environment["DATABASE_URL"] = url;
  auto worker = start_worker();
  insert_path("before");
  wait_until_completed("before");
  let_in("second");
  database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" +
                   role.name() + "'");
  worker.wait_for_error("password authentication failed");
  insert_path("after");
  let_in("first/word");
  wait_until_completed("after");
  end(worker);
  CHECK(!contains(worker.error_output(), "first"));
  CHECK(attempts("after") == 1);
}

TEST_CASE_METHOD(Surroundings,
                 "surroundings: a database out of room is an outage, and costs jobs nothing") {
  // Disk full, out of memory, too many connections, an error of a disk, a file that is missing.
  for (const std::string code : {"53100", "53200", "53300", "58030", "58P01"}) {
    DYNAMIC_SECTION(code) {
      database.execute(
          "CREATE TABLE public.trouble (); CREATE FUNCTION public.trouble() RETURNS trigger "
          "LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM public.trouble) THEN RAISE 'could "
          "not extend file' USING ERRCODE = '" +
          code +
          "'; END IF; RETURN NEW; END $$; CREATE TRIGGER trouble BEFORE UPDATE ON "
          "public.\"AuraAnalysis\" FOR EACH ROW EXECUTE FUNCTION public.trouble(); INSERT INTO "
          "public.trouble DEFAULT VALUES");
      insert_path("a");
      insert_path("missing", "/nothing.mp3");
      auto worker = start_worker();
      worker.wait_for_error("could not extend file");
      CHECK(!worker.has_ended());
      database.execute("DELETE FROM public.trouble");
      wait_until_completed("a");
      eventually("the other fails", [&] { return count("failed") == 1; });
      end(worker);
      CHECK(contains(failure("missing"), "404"));
      CHECK(attempts("a") == 1);
      CHECK(database.value("SELECT count(*) FROM aura.set_aside") == "0");
    }
  }
}

TEST_CASE_METHOD(Surroundings, "surroundings: without threads it says what to allow") {
  insert_path("a");
  auto worker = start_without("threads", {"worker", "--drain"}, {});
  CHECK(worker.wait() == ExitStatus{1, 0});
  CHECK(contains(worker.error_output(), "allow more processes"));
  CHECK(count("queued") == 1);
  drain();
  CHECK(count("completed") == 1);
}

TEST_CASE_METHOD(Surroundings,
                 "surroundings: as the first process of a container it ends when told") {
  const Arguments contained{"/usr/bin/unshare", "--pid", "--fork", "--mount-proc", "--kill-child"};
  auto all = contained;
  all.push_back("/bin/true");
  if (Process(all).wait() != ExitStatus{}) {
    WARN("not tried: this account may not make a namespace of processes");
    return;
  }
  all.back() = AURA_PROGRAM;
  all.push_back("worker");
  Process outer(all, {with({{"AURA_ALLOW_HOSTS", "127.0.0.1"}, {"PORT", "0"}}), folder()});
  insert_path("a");
  wait_until_completed("a");
  ::kill(child_of(outer.pid(), "aura"), SIGTERM);
  CHECK(outer.wait() == ExitStatus{});
  CHECK(contains(outer.error_output(), "stopped"));
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
