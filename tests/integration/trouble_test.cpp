#include <catch2/catch.hpp>
#include <csignal>

#include "../http/client.h"
#include "aura/test/eventually.h"
#include "fixture.h"

namespace aura::test {
namespace {

/// Workers that may write no file longer than 100 kB, in memory or elsewhere: as on a full disk.
class Cramped : public WithTables {
 public:
  Cramped() {
    server.serve("/long.wav", ok(silence(20)));
    environment["AURA_SANDBOX"] = "off";
    environment["AURA_ALLOW_HOSTS"] = "127.0.0.1";
    environment["LOG_LEVEL"] = "INFO";
  }

  Process start_cramped(const Arguments& arguments, const Environment& more) const {
    Arguments all{"/usr/bin/env", "--ignore-signal=XFSZ", "/usr/bin/prlimit", "--fsize=100000",
                  AURA_PROGRAM};
    all.insert(all.end(), arguments.begin(), arguments.end());
    auto merged = environment;
    for (const auto& [name, value] : more) merged[name] = value;
    return Process(all, {merged, folder()});
  }
};

}  // namespace

TEST_CASE_METHOD(Cramped,
                 "trouble: a worker without room costs jobs nothing, is not ready and leaves them "
                 "to another") {
  constexpr int kJobs = 24;
  for (int i = 0; i < kJobs; ++i) insert_path("job" + std::to_string(i), "/long.wav");
  const auto port = HttpServer().port();  // which was free just now
  const auto cramped = [&] { return start_cramped({"worker"}, {{"PORT", std::to_string(port)}}); };
  Process worker = cramped();
  worker.wait_for_error("this worker is in trouble and holds back");
  CHECK_THAT(http::ask(port, "/readyz"), Catch::Matchers::StartsWith("HTTP/1.1 503") &&
                                             Catch::Matchers::Contains(R"("worker":false)"));
  drain();
  worker.kill(SIGTERM);
  CHECK(worker.wait() == ExitStatus{});
  CHECK(count("completed") == kJobs);
  CHECK(database.value("SELECT max(attempt) FROM aura.run") == "1");
  CHECK(
      database.value("SELECT string_agg(DISTINCT error->>'code', ' ') FROM aura.run WHERE state = "
                     "'released' AND error IS NOT NULL") == "no_space");
}

TEST_CASE_METHOD(
    Cramped, "trouble: a job that meets it again and again fails at last, as the worker's fault") {
  insert_path("big", "/long.wav");
  insert_path("small");
  Process worker = start_cramped({"worker", "--drain"},
                                 {{"MAX_WORKER_FAULTS", "2"}, {"MAX_RETRIES", "1"}, {"PORT", "0"}});
  CHECK(worker.wait() == ExitStatus{});
  CHECK_THAT(failure("big"), Catch::Matchers::Contains("the worker lacked room"));
  CHECK(count("completed") == 1);
  CHECK(database.value("SELECT string_agg(state || ' ' || attempt, ', ' ORDER BY id) FROM aura.run "
                       "WHERE error->>'code' = 'no_space'") ==
        "released 1, released 1, retrying 1, failed 2");
}

}  // namespace aura::test
