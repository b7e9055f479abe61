#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <memory>

#include "fixture.h"

namespace aura::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Six jobs whose audio the server holds back, and a worker that is in the midst of some.
class UnderLoad : public WithTables {
 public:
  UnderLoad() {
    server.serve("/held.wav", ok(clip()).held_by(gate, 1000));
    for (int i = 1; i <= 6; ++i) insert_path("job" + std::to_string(i), "/held.wav");
  }

  /// Waits until two jobs run.
  static void wait_for_jobs(Process& worker) {
    worker.wait_for_error("[job job1] started");
    worker.wait_for_error("[job job2] started");
  }

  void check_nothing_is_stranded() {
    CHECK(count("queued") == 6);
    CHECK(database.value("SELECT count(*) FROM aura.run WHERE state = 'running'") == "0");
    CHECK(database.value("SELECT bool_and(state = 'released') FROM aura.run") == "t");
    CHECK(database.value("SELECT coalesce(max(attempts), 0) FROM aura.gate") == "0");
    gate->open();
    drain();
    CHECK(count("completed") == 6);
    CHECK(database.value("SELECT count(*) || ' ' || max(attempt) FROM aura.run WHERE state = "
                         "'completed'") == "6 1");
  }

  const std::shared_ptr<Gate> gate = std::make_shared<Gate>();
};

}  // namespace

TEST_CASE_METHOD(UnderLoad, "shutdown: what doesn't finish within the grace goes back, unharmed") {
  const int signal = GENERATE(SIGTERM, SIGINT);
  auto worker = start({"worker"}, {{"SHUTDOWN_GRACE", "1"}});
  wait_for_jobs(worker);
  const auto start = Clock::now();
  worker.kill(signal);
  CHECK(worker.wait() == ExitStatus{});
  // The grace, and as much as a busy machine and a sanitizer's last checks may need.
  CHECK(Clock::now() - start < 1s + 9s);
  check_nothing_is_stranded();
}

TEST_CASE_METHOD(UnderLoad, "shutdown: a second signal ends it at once") {
  auto worker = start({"worker"}, {{"SHUTDOWN_GRACE", "600"}});
  wait_for_jobs(worker);
  worker.kill(SIGTERM);
  worker.wait_for_error("stopping");
  worker.kill(SIGTERM);
  CHECK(worker.wait() == ExitStatus{});
  check_nothing_is_stranded();
}

TEST_CASE_METHOD(UnderLoad,
                 "shutdown: what finishes within the grace is completed, and no more claimed") {
  auto worker = start({"worker"}, {{"SHUTDOWN_GRACE", "600"}});
  wait_for_jobs(worker);
  worker.kill(SIGTERM);
  worker.wait_for_error("stopping");
  gate->open();
  CHECK(worker.wait() == ExitStatus{});
  CHECK(count("completed") == 2);
  CHECK(count("queued") == 4);
  CHECK(contains(worker.error_output(), "AURA Analysis Worker stopped"));
}

TEST_CASE_METHOD(UnderLoad,
                 "shutdown: a worker that can decode no more puts its jobs back and asks for a new "
                 "start") {
  const bool while_downloading = GENERATE(true, false);
  auto worker = start({"worker"}, {{"POLL_INTERVAL", while_downloading ? "0.1" : "3600"}});
  wait_for_jobs(worker);
  REQUIRE(::kill(child_of(worker.pid(), "aura-decoders"), SIGKILL) == 0);
  if (!while_downloading) gate->open();
  CHECK(worker.wait() == ExitStatus{.code = 1});
  CHECK(contains(worker.error_output(), "the process that starts decoders is gone"));
  check_nothing_is_stranded();
}

TEST_CASE_METHOD(WithTables, "shutdown: a worker with nothing to do ends at once") {
  auto worker = start({"worker"}, {{"POLL_INTERVAL", "3600"}, {"SHUTDOWN_GRACE", "600"}});
  worker.wait_for_error("ready");
  worker.kill(SIGTERM);
  CHECK(worker.wait() == ExitStatus{});
}

}  // namespace aura::test
