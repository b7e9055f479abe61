#include "aura/catalogue/in_parallel.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

namespace aura::catalogue {

TEST_CASE("in parallel: each index is called once, by as many threads as asked", "[tsan]") {
  for (const std::size_t threads : {1U, 3U, 100U}) {
    std::vector<std::atomic<int>> calls(50);
    in_parallel(calls.size(), threads, {},
                [&](std::size_t index, const std::stop_token&) { ++calls[index]; });
    for (const auto& count : calls) CHECK(count == 1);
  }
  in_parallel(0, 4, {}, [](std::size_t, const std::stop_token&) { FAIL("called"); });
}

TEST_CASE("in parallel: the first exception stops the others and is thrown", "[tsan]") {
  std::atomic<int> stopped{0};
  std::atomic<bool> is_waiting{false};
  const auto task = [&](std::size_t index, const std::stop_token& stop) {
    if (index == 1) {
      is_waiting.wait(false);
      throw std::runtime_error("the second");
    }
    if (index > 1) FAIL("nothing begins after an exception");
    is_waiting = true;
    is_waiting.notify_all();
    while (!stop.stop_requested()) std::this_thread::yield();
    ++stopped;
    throw Stopped();
  };
  CHECK_THROWS_WITH(in_parallel(10, 2, {}, task), "the second");
  CHECK(stopped == 1);
}

TEST_CASE("in parallel: a stop ends it with Stopped, unless all is done", "[tsan]") {
  std::stop_source source;
  int calls = 0;
  const auto stop_at = [&](int last) {
    return [&, last](std::size_t, const std::stop_token&) {
      if (++calls == last) source.request_stop();
    };
  };
  CHECK_THROWS_AS(in_parallel(5, 1, source.get_token(), stop_at(3)), Stopped);
  CHECK(calls == 3);
  source = std::stop_source();
  calls = 0;
  CHECK_NOTHROW(in_parallel(5, 1, source.get_token(), stop_at(5)));
}

}  // namespace aura::catalogue
