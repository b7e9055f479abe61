#include "aura/test/tcp_proxy.h"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <list>
#include <thread>
#include <utility>
#include <vector>

#include "aura/test/eventually.h"

namespace aura::test {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using local = asio::local::stream_protocol;

/// A connection through the proxy.
struct Link {
  explicit Link(tcp::socket accepted)
      : client(std::move(accepted)), server(client.get_executor()) {}

  void close() {
    boost::system::error_code gone;
    client.close(gone);
    server.close(gone);
  }

  tcp::socket client;
  local::socket server;
  bool is_dead = false;
  bool server_spoke_last = true;
};

using LinkPtr = std::shared_ptr<Link>;

/// Forwards until one side ends, and ends the other. What a dead link reads goes nowhere.
template <typename From, typename To, typename Note>
asio::awaitable<void> forward(LinkPtr link, From& from, To& to, Note note) {
  std::vector<char> block(65536);
  try {
    while (true) {
      const auto size = co_await from.async_read_some(asio::buffer(block), use_awaitable);
      if (!link->is_dead) {
        note();
        co_await asio::async_write(to, asio::buffer(block.data(), size), use_awaitable);
      }
    }
  } catch (const boost::system::system_error&) {
    if (!link->is_dead) link->close();
  }
}

}  // namespace

struct TcpProxy::Impl {
  explicit Impl(const std::string& server_socket) : server(server_socket) {}

  void listen() {
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    endpoint = acceptor.local_endpoint();
    acceptor.listen();
    asio::co_spawn(io, accept_links(), asio::detached);
  }

  asio::awaitable<void> accept_links() {
    try {
      while (true) {
        const auto link = std::make_shared<Link>(co_await acceptor.async_accept(use_awaitable));
        links.remove_if([](const LinkPtr& old) { return !old->client.is_open(); });
        links.push_back(link);
        link->is_dead = mode == Mode::kBlackHole;
        if (link->is_dead) continue;
        boost::system::error_code refused;
        link->server.connect(server, refused);
        if (refused) {
          link->close();
          continue;
        }
        const auto note_client = [this, link = link.get()] {
          if (std::exchange(link->server_spoke_last, false)) ++round_trips;
        };
        const auto note_server = [link = link.get()] { link->server_spoke_last = true; };
        asio::co_spawn(io, forward(link, link->client, link->server, note_client), asio::detached);
        asio::co_spawn(io, forward(link, link->server, link->client, note_server), asio::detached);
      }
    } catch (const boost::system::system_error&) {
      // The acceptor was closed: connections are refused from now on.
    }
  }

  /// Runs `body` in the proxy's thread, to its end.
  template <typename Body>
  void run_there(Body body) {
    std::promise<void> done;
    asio::post(io, [&] {
      body();
      done.set_value();
    });
    if (done.get_future().wait_for(kPatience) == std::future_status::ready) return;
    std::fputs("the proxy's thread has come to a halt\n", stderr);
    std::abort();  // `body` may still run, and use what its caller has
  }

  asio::io_context io{1};
  /// While connections are refused there may be none.
  asio::executor_work_guard<asio::io_context::executor_type> keep_running{io.get_executor()};
  local::endpoint server;
  tcp::endpoint endpoint{asio::ip::address_v4::loopback(), 0};
  tcp::acceptor acceptor{io};
  Mode mode = Mode::kPass;
  std::list<LinkPtr> links;
  std::atomic<int> round_trips{0};
  std::thread thread;
};

TcpProxy::TcpProxy(const std::string& server_socket)
    : impl_(std::make_unique<Impl>(server_socket)) {
  impl_->listen();
  impl_->thread = std::thread([this] { impl_->io.run(); });
}

TcpProxy::~TcpProxy() {
  impl_->io.stop();
  impl_->thread.join();
}

std::uint16_t TcpProxy::port() const {
  return impl_->endpoint.port();
}

int TcpProxy::round_trips() const {
  return impl_->round_trips;
}

void TcpProxy::set_mode(Mode mode) {
  impl_->run_there([&] {
    impl_->mode = mode;
    if (mode == Mode::kRefuse) {
      impl_->acceptor.close();
    } else if (!impl_->acceptor.is_open()) {
      impl_->listen();
    }
    if (mode != Mode::kBlackHole) return;
    for (const auto& link : impl_->links) link->is_dead = true;
  });
}

void TcpProxy::cut_all() {
  impl_->run_there([&] {
    for (const auto& link : impl_->links) link->close();
    impl_->links.clear();
  });
}

}  // namespace aura::test
