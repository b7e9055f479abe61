#include <catch2/catch.hpp>

#include "fixture.h"

namespace aura::test {

TEST_CASE_METHOD(WithTables,
                 "cancel and retry: they change what they can and name what they can't") {
  insert_path("waiting");
  insert_path("done");
  insert_path("broken", "/not-there.wav");
  CHECK(run({"cancel", "waiting"}).status == ExitStatus{});
  CHECK(failure("waiting") == "cancelled");
  drain();
  CHECK(row("waiting")["status"] == "failed");

  for (const std::string command : {"cancel", "retry"}) {
    const auto refused = run({command, "nobody", "done"});
    CHECK(refused.status == ExitStatus{1, 0});
    REQUIRE(lines(refused.error).size() == 2);
    CHECK(lines(refused.error)[0] == "aura: nobody: there is no such job");
    CHECK(lines(refused.error)[1].starts_with("aura: done: the job is completed, and only "));
  }

  CHECK(run({"retry", "--failed"}).output == "broken\n");  // what was cancelled stays so
  CHECK(run({"retry", "waiting"}).status == ExitStatus{});
  drain();
  CHECK(row("waiting")["status"] == "completed");
}

TEST_CASE_METHOD(WithTables, "retry: a job that a program of another kind left processing") {
  insert_path("orphan");
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'processing', \"progress\" = 40");
  CHECK(run({"retry", "orphan"}).status == ExitStatus{});
  drain();
  CHECK(row("orphan")["status"] == "completed");
}

}  // namespace aura::test
