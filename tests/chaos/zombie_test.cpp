#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <iostream>
#include <memory>

#include "chaos.h"

namespace aura::test {
namespace {

/// Stops a worker amid a job until another has rescued and finished it, then lets it go on:
/// `rounds` times.
void revive(Chaos& chaos, int rounds) {
  chaos.environment["LEASE"] = "1";
  for (int round = 1; round <= rounds; ++round) {
    const auto id = "job" + std::to_string(round);
    const auto path = "/" + id + ".wav";
    const auto gate = std::make_shared<Gate>();
    std::atomic<int> asked{0};
    chaos.server.handle(path, [&](const Request&) {
      return ++asked == 1 ? ok(clip()).held_by(gate, 1000) : ok(clip());
    });
    chaos.insert_path(id, path);

    auto zombie = chaos.start({"worker"});
    gate->wait_until_reached();
    zombie.kill(SIGSTOP);
    chaos.drain();
    gate->open();
    zombie.kill(SIGCONT);
    zombie.wait_for_error("the job was taken back");
    zombie.kill(SIGTERM);
    REQUIRE(zombie.wait() == ExitStatus{});
    CHECK(!contains(zombie.error_output(), "] completed"));
    chaos.server.serve(path, reply(404, ""));
  }
  chaos.check_each_completed_once(rounds, {"lost"});
  // No worker died.
  CHECK(chaos.crashes() == 0);
  std::cout << "zombie: " << rounds << " rounds, " << chaos.runs("lost") << " runs lost, "
            << "0 late writes\n";
}

}  // namespace

TEST_CASE_METHOD(Chaos,
                 "zombie: a worker that comes back after its lease writes nothing, 20 times") {
  revive(*this, 20);
}

TEST_CASE_METHOD(Chaos,
                 "zombie: a worker that comes back after its lease writes nothing, 1,000 times",
                 "[long]") {
  revive(*this, 1000);
}

}  // namespace aura::test
