#include "aura/postgres/deadline.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "aura/test/eventually.h"

using aura::postgres::Deadline;
using std::chrono::hours;
using std::chrono::milliseconds;

namespace {

struct Sockets {
  Sockets() { REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0); }
  ~Sockets() {
    for (const int end : ends) close(end);
  }
  /// Waits for a byte. Whether one came, rather than the end.
  bool hears() const {
    pollfd readable{ends[0], POLLIN, 0};
    REQUIRE(poll(&readable, 1, milliseconds(aura::test::kPatience).count()) == 1);
    char byte = 0;
    return read(ends[0], &byte, 1) == 1;
  }
  void say() const { CHECK(write(ends[1], "x", 1) == 1); }

  std::array<int, 2> ends{};
};

}  // namespace

TEST_CASE("deadline: whoever waits for a silent server is set free", "[tsan]") {
  const Sockets silent;
  const Deadline deadline(silent.ends[0], milliseconds(1));
  CHECK(!silent.hears());
}

TEST_CASE("deadline: a socket that is done in time is left alone", "[tsan]") {
  const Sockets quick;
  { const Deadline deadline(quick.ends[0], milliseconds(1)); }
  // Whoever strikes next would have struck that one before.
  const Sockets silent;
  const Deadline deadline(silent.ends[0], milliseconds(2));
  CHECK(!silent.hears());
}

TEST_CASE("deadline: many at once strike in the order of their times", "[tsan]") {
  const Sockets late;
  const Sockets soon;
  const Deadline first(late.ends[0], hours(1));
  const Deadline second(soon.ends[0], milliseconds(1));
  CHECK(!soon.hears());
  late.say();
  CHECK(late.hears());
}
