#include "resolver.h"

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "aura/test/eventually.h"

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct Outcome {
  Endpoints endpoints;
  boost::system::error_code error;
};

/// Begins to look `name` up in `io`; `outcome` has how that ends.
template <typename Token>
void spawn(asio::io_context& io, Resolver& resolver, const std::string& name,
           std::chrono::milliseconds timeout, Outcome& outcome, Token bind) {
  asio::co_spawn(io, resolver.find(name, 80, std::chrono::steady_clock::now() + timeout),
                 bind([&outcome](const std::exception_ptr& thrown, Endpoints endpoints) {
                   outcome.endpoints = std::move(endpoints);
                   try {
                     if (thrown) std::rethrow_exception(thrown);
                   } catch (const boost::system::system_error& error) {
                     outcome.error = error.code();
                   }
                 }));
}

/// Resolves "name" to the end; `cancelled_by` cancels it once ready.
Outcome run(Resolver& resolver, std::chrono::milliseconds timeout,
            std::shared_future<void> cancelled_by = {}) {
  asio::io_context io;
  asio::cancellation_signal cancel;
  Outcome outcome;
  spawn(io, resolver, "name", timeout, outcome, [&](auto handler) {
    return asio::bind_cancellation_slot(cancel.slot(), std::move(handler));
  });
  std::jthread canceller([&] {
    if (!cancelled_by.valid()) return;
    if (cancelled_by.wait_for(test::kPatience) != std::future_status::ready) return;
    asio::post(io, [&] { cancel.emit(asio::cancellation_type::terminal); });
  });
  io.run();
  return outcome;
}

/// A resolver that hangs until released. The threads it runs in keep it, so that it may be
/// abandoned.
struct Hanging {
  explicit Hanging(int expected_calls) : expected(expected_calls), left(expected_calls) {}
  const int expected;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::promise<void> entered;
  std::atomic<int> calls = 0;
  std::latch left;

  /// Releases it, and waits until those who asked it have left.
  void free() {
    release.set_value();
    test::eventually("the resolver is left", [&] { return left.try_wait(); });
  }
};

Resolve hang(const std::shared_ptr<Hanging>& state) {
  return [state](const std::string&) -> std::vector<std::string> {
    const int call = state->calls++;
    if (call == 0) state->entered.set_value();
    state->released.wait();
    if (call < state->expected) state->left.count_down();
    return {"192.0.2.1"};
  };
}

TEST_CASE("resolver: gives what the function finds", "[tsan]") {
  Resolver resolver([](const std::string& host) {
    return host == "name" ? std::vector<std::string>{"192.0.2.1", "2001:db8::1"}
                          : std::vector<std::string>{};
  });
  const auto outcome = run(resolver, test::kPatience);
  CHECK_FALSE(outcome.error);
  CHECK(outcome.endpoints == Endpoints{{asio::ip::make_address("192.0.2.1"), 80},
                                       {asio::ip::make_address("2001:db8::1"), 80}});
}

TEST_CASE("resolver: passes the error on", "[tsan]") {
  Resolver resolver([](const std::string&) -> std::vector<std::string> {
    throw boost::system::system_error(asio::error::host_not_found);
  });
  CHECK(run(resolver, test::kPatience).error == asio::error::host_not_found);
}

TEST_CASE("resolver: a hanging call is left behind at the deadline", "[tsan]") {
  const auto state = std::make_shared<Hanging>(1);
  {
    Resolver resolver(hang(state));
    // One that is given up before a thread has taken it is never asked: again, until one hangs.
    test::eventually("the resolver is asked", [&] {
      CHECK(run(resolver, 10ms).error == boost::beast::error::timeout);
      return state->calls > 0;
    });
  }
  state->free();
}

TEST_CASE("resolver: a hanging call is left behind on cancellation", "[tsan]") {
  const auto state = std::make_shared<Hanging>(1);
  Resolver resolver(hang(state));
  CHECK(run(resolver, test::kPatience, state->entered.get_future().share()).error ==
        asio::error::operation_aborted);
  state->free();
}

TEST_CASE("resolver: a hanging call holds no more threads than may be", "[tsan]") {
  const auto state = std::make_shared<Hanging>(2);
  Resolver resolver(hang(state), 2);
  test::eventually("the resolver is asked twice", [&] {
    CHECK(run(resolver, 10ms).error == boost::beast::error::timeout);
    return state->calls >= 2;
  });
  for (int i = 0; i < 3; ++i) CHECK(run(resolver, 10ms).error == boost::beast::error::timeout);
  state->free();
  // What nobody waited for any more is not asked.
  CHECK(state->calls == 2);
}

TEST_CASE("resolver: calls without a thread wait for one", "[tsan]") {
  Resolver resolver([](const std::string&) { return std::vector<std::string>{"192.0.2.1"}; }, 1);
  asio::io_context io;
  std::vector<Outcome> outcomes(20);
  for (auto& outcome : outcomes) {
    spawn(io, resolver, "name", test::kPatience, outcome, [](auto handler) { return handler; });
  }
  io.run();
  for (const auto& outcome : outcomes) CHECK(outcome.endpoints.size() == 1);
}

TEST_CASE("resolver: an address needs no call, a name of this machine no network", "[tsan]") {
  Resolver resolver([](const std::string&) -> std::vector<std::string> { std::terminate(); });
  asio::io_context io;
  Outcome outcome;
  spawn(io, resolver, "::1", test::kPatience, outcome, [](auto handler) { return handler; });
  io.run();
  CHECK(outcome.endpoints == Endpoints{{asio::ip::make_address("::1"), 80}});

  CHECK(asio::ip::make_address(resolve_host("localhost").front()).is_loopback());
}

}  // namespace
}  // namespace aura::fetch
