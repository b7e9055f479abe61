#include "look_up.h"

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
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Resolve = std::function<Endpoints(const std::string&, std::uint16_t)>;

struct Outcome {
  Endpoints endpoints;
  boost::system::error_code error;
};

/// Runs a look-up of "name" to its end; `cancelled_by` cancels it once ready.
Outcome run(std::chrono::milliseconds timeout, Resolve resolve,
            std::shared_future<void> cancelled_by = {}) {
  asio::io_context io;
  asio::cancellation_signal cancel;
  Outcome outcome;
  asio::co_spawn(
      io, look_up("name", 80, std::chrono::steady_clock::now() + timeout, std::move(resolve)),
      asio::bind_cancellation_slot(cancel.slot(),
                                   [&](const std::exception_ptr& thrown, Endpoints endpoints) {
                                     outcome.endpoints = std::move(endpoints);
                                     try {
                                       if (thrown) std::rethrow_exception(thrown);
                                     } catch (const boost::system::system_error& error) {
                                       outcome.error = error.code();
                                     }
                                   }));
  std::jthread canceller([&] {
    if (!cancelled_by.valid()) return;
    cancelled_by.wait();
    asio::post(io, [&] { cancel.emit(asio::cancellation_type::terminal); });
  });
  io.run();
  return outcome;
}

/// A resolver that hangs until released. The thread it runs in keeps it, so that it may be
/// abandoned.
struct Hanging {
  std::promise<void> release;
  std::promise<void> entered;
  std::promise<void> left;
};

Resolve hang(const std::shared_ptr<Hanging>& state) {
  return [state](const std::string&, std::uint16_t) -> Endpoints {
    state->entered.set_value();
    state->release.get_future().wait();
    state->left.set_value();
    return {{}};
  };
}

TEST_CASE("look-up: gives what the resolver finds", "[tsan]") {
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address("192.0.2.1"), 80);
  const auto outcome = run(1h, [&](const std::string& host, std::uint16_t port) {
    return host == "name" && port == 80 ? Endpoints{endpoint} : Endpoints{};
  });
  CHECK_FALSE(outcome.error);
  CHECK(outcome.endpoints == Endpoints{endpoint});
}

TEST_CASE("look-up: passes the resolver's error on", "[tsan]") {
  const auto outcome = run(1h, [](const std::string&, std::uint16_t) -> Endpoints {
    throw boost::system::system_error(asio::error::host_not_found);
  });
  CHECK(outcome.error == asio::error::host_not_found);
}

TEST_CASE("look-up: a hanging resolver is left behind at the deadline", "[tsan]") {
  const auto state = std::make_shared<Hanging>();
  CHECK(run(10ms, hang(state)).error == boost::beast::error::timeout);
  state->release.set_value();
  state->left.get_future().wait();
}

TEST_CASE("look-up: a hanging resolver is left behind on cancellation", "[tsan]") {
  const auto state = std::make_shared<Hanging>();
  CHECK(run(1h, hang(state), state->entered.get_future().share()).error ==
        asio::error::operation_aborted);
  state->release.set_value();
  state->left.get_future().wait();
}

TEST_CASE("look-up: an address needs no resolver, a name of this machine no network", "[tsan]") {
  asio::io_context io;
  Endpoints endpoints;
  const auto keep = [&](const std::exception_ptr& thrown, Endpoints found) {
    CHECK_FALSE(thrown);
    endpoints = std::move(found);
  };
  const auto never = [](const std::string&, std::uint16_t) -> Endpoints { std::terminate(); };
  const auto later = std::chrono::steady_clock::now() + 1h;
  asio::co_spawn(io, look_up("::1", 8080, later, never), keep);
  io.run();
  CHECK(endpoints == Endpoints{{asio::ip::make_address("::1"), 8080}});

  CHECK(resolve_host("localhost", 80).front().address().is_loopback());
}

}  // namespace
}  // namespace aura::fetch
