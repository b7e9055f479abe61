#include "aura/base/thread_checker.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

using aura::ThreadChecker;

#ifdef NDEBUG

TEST_CASE("ThreadChecker: takes no room and allows every thread with NDEBUG") {
  STATIC_REQUIRE(std::is_empty_v<ThreadChecker>);
  const ThreadChecker checker;
  std::jthread([&] { checker.check(); }).join();
  checker.check();
}

#else

TEST_CASE("ThreadChecker: the thread that calls first is the only one allowed", "[tsan]") {
  const ThreadChecker checker;
  bool is_allowed = false;
  std::jthread([&] {
    is_allowed = checker.is_on_its_thread() && checker.is_on_its_thread();
  }).join();
  CHECK(is_allowed);
  CHECK(!checker.is_on_its_thread());
}

TEST_CASE("ThreadChecker: check() aborts in a second thread") {
  const ThreadChecker checker;
  std::jthread([&] { checker.check(); }).join();
  const auto child = fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // Catch's handler would report a failed test
    ::close(STDERR_FILENO);
    checker.check();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
}

#endif
