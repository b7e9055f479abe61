#include "aura/test/process.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <system_error>

namespace aura::test {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> shell(const std::string& script) {
  return {"/bin/sh", "-c", script};
}

TEST_CASE("process: output, error output and status come back") {
  Process process(shell("echo one; echo two >&2; exit 7"));
  CHECK(process.wait() == ExitStatus{7, 0});
  CHECK(process.output() == "one\n");
  CHECK(process.error_output() == "two\n");
  CHECK(process.wait() == ExitStatus{7, 0});
}

TEST_CASE("process: it inherits nothing but PATH, and runs where it is told to") {
  ::setenv("AURA_TEST_LEAK", "leaked", 1);
  Process process(shell("echo \"$AURA_TEST_LEAK|$GIVEN|$PWD\"; cat"), {{{"GIVEN", "given"}}, "/"});
  CHECK(process.wait() == ExitStatus{});
  CHECK(process.output() == "|given|/\n");
}

TEST_CASE("process: a signal ends it, and shows as its status") {
  Process process(shell("echo ready >&2; exec sleep 1000"));
  process.wait_for_error("ready");
  process.kill(SIGTERM);
  CHECK(process.wait() == ExitStatus{0, SIGTERM});
}

TEST_CASE("process: a handler for a signal is waited for, up to the end of the process") {
  Process process(shell("trap 'exit 3' TERM; while :; do sleep 0.01; done"));
  process.wait_until_handled(SIGTERM);
  process.kill(SIGTERM);
  CHECK(process.wait() == ExitStatus{3, 0});
  CHECK_THROWS_WITH(process.wait_until_handled(SIGTERM), Catch::Contains("has ended"));

  Process deaf(shell("echo ready >&2; exec sleep 1000"));
  deaf.wait_for_error("ready");
  CHECK_THROWS_WITH(deaf.wait_until_handled(SIGTERM, 1ms), Catch::Contains("not come in time"));
}

TEST_CASE("process: what writes more than a pipe holds doesn't get stuck") {
  Process process(shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"));
  CHECK(process.wait() == ExitStatus{});
  CHECK(process.output().size() == 300'000);
  CHECK(process.error_output().size() == 300'000);
}

TEST_CASE("process: waits have an end") {
  Process process(shell("echo this >&2; exec sleep 1000"));
  process.wait_for_error("this");
  CHECK_THROWS_WITH(process.wait(1ms), Catch::Contains("not ended in time"));
  CHECK_THROWS_WITH(process.wait_for_error("that", 1ms), Catch::Contains("this"));
  process.kill(SIGKILL);
  CHECK_THROWS_WITH(process.wait_for_error("that"), Catch::Contains("has not said"));
}

TEST_CASE("process: a program that isn't there is told at once") {
  CHECK_THROWS_AS(Process({"/nonexistent"}), std::system_error);
}

}  // namespace
}  // namespace aura::test
