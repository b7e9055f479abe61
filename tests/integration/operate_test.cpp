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

  const auto refused = run({"cancel", "nobody", "done"});
  CHECK(refused.status == ExitStatus{1, 0});
  REQUIRE(lines(refused.error).size() == 2);
  CHECK(lines(refused.error)[0].starts_with("aura: nobody: "));
  CHECK(run({"retry", "nobody"}).status == ExitStatus{1, 0});

  CHECK(run({"retry", "--failed"}).output == "broken\n");  // what was cancelled stays so
  CHECK(run({"retry", "waiting"}).status == ExitStatus{});
  drain();
  CHECK(row("waiting")["status"] == "completed");
}

}  // namespace aura::test
