#include "broadcast.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>
#include <new>
#include <optional>

#include "aura/test/background.h"
#include "requests.h"

using aura::http::Broadcast;
using aura::test::Client;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A broadcast of `state`, for one client at a time.
struct Broadcasting {
  /// The first event that a client gets who goes then. Returns when nobody looks any more.
  std::string first_event() {
    Client client(acceptor.local_endpoint().port());
    std::optional<boost::beast::tcp_stream> stream(acceptor.accept());
    context.restart();
    asio::co_spawn(context, broadcast.serve(*stream, std::chrono::seconds(10)), asio::detached);
    aura::test::Background serving(
        "the last look", [this] { context.run(); }, [this] { context.stop(); });
    client.receive_until("\r\n\r\n");
    auto event = client.receive_until("\n\n");
    { const auto gone = std::move(client); }
    serving.join();  // the context has no more to do only when the last look was the last
    return event;
  }

  std::string look() {
    if (failures-- > 0) throw std::bad_alloc();
    return state;
  }

  std::string state;
  int failures = 0;  ///< looks that throw before one goes well; of the pool's thread
  int clients = 0;
  asio::io_context context;
  asio::thread_pool pool{1};
  Broadcast broadcast{context, pool, [this] { return look(); }, clients};
  tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
};

}  // namespace

TEST_CASE("broadcast: who follows first after a while without anybody hears what is so now",
          "[tsan]") {
  Broadcasting broadcasting;
  broadcasting.state = "old";
  CHECK(broadcasting.first_event() == "event: jobs\ndata: old\n\n");
  broadcasting.state = "new";
  CHECK(broadcasting.first_event() == "event: jobs\ndata: new\n\n");
}

TEST_CASE("broadcast: a look that throws costs its news alone, for those who follow and the next") {
  Broadcasting broadcasting;
  broadcasting.state = "so";
  broadcasting.failures = 2;
  CHECK(broadcasting.first_event() == "event: jobs\ndata: so\n\n");
  broadcasting.failures = 1;
  CHECK(broadcasting.first_event() == "event: jobs\ndata: so\n\n");
}
