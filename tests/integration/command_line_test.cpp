#include <catch2/catch.hpp>

#include "fixture.h"

namespace aura::test {

TEST_CASE_METHOD(Sandbox, "command line: each command has a help, on standard output") {
  for (const std::string command :
       {"worker", "analyze", "report", "enqueue", "status", "cancel", "retry", "migrate"}) {
    CAPTURE(command);
    const auto finished = run({command, "--help"});
    CHECK(finished.status == ExitStatus{});
    CHECK(contains(finished.output, "Usage: aura " + command));
    CHECK(finished.error.empty());
    CHECK(contains(run({"--help"}).output, "\n  " + command + " "));
  }
}

TEST_CASE_METHOD(Sandbox, "command line: --version tells the version alone") {
  const auto finished = run({"--version"});
  CHECK(finished.status == ExitStatus{});
  CHECK(lines(finished.output).size() == 1);
  CHECK(finished.output.starts_with("aura "));
}

TEST_CASE_METHOD(Sandbox,
                 "command line: what can't be understood ends with status 2, on standard error") {
  const std::vector<Arguments> wrong{{},
                                     {"sing"},
                                     {"worker", "--nonsense"},
                                     {"analyze"},
                                     {"report"},
                                     {"report", "song.mp3"},
                                     {"enqueue", "http://127.0.0.1/a.mp3"},
                                     {"migrate", "now"}};
  for (const auto& arguments : wrong) {
    CAPTURE(arguments);
    const auto finished = run(arguments);
    CHECK(finished.status == ExitStatus{2, 0});
    CHECK(finished.output.empty());
    CHECK(!finished.error.empty());
  }
}

}  // namespace aura::test
