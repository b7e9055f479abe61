#include "server.h"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "aura/base/thread_checker.h"
#include "broadcast.h"
#include "counted.h"

namespace aura::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using RawRequest = beast::http::request<beast::http::string_body>;
using RawResponse = beast::http::response<beast::http::string_body>;

/// After an accept that failed, most often because no file descriptor is free.
constexpr std::chrono::milliseconds kAcceptAgainAfter{100};

bool is_loopback(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
  return address.is_loopback();
}

Request to_request(const RawRequest& raw, bool is_from_loopback) {
  Request request{std::string(raw.method_string()), std::string(raw.target())};
  request.authorization = std::string(raw[beast::http::field::authorization]);
  request.content_type = std::string(raw[beast::http::field::content_type]);
  request.host = std::string(raw[beast::http::field::host]);
  request.if_none_match = std::string(raw[beast::http::field::if_none_match]);
  request.body = raw.body();
  constexpr std::array kOfProxies{"Forwarded",        "Via",       "X-Forwarded-For",
                                  "X-Forwarded-Host", "X-Real-IP", "X-Forwarded-Proto"};
  request.is_forwarded = std::any_of(kOfProxies.begin(), kOfProxies.end(),
                                     [&](const char* name) { return raw.count(name) > 0; });
  request.is_from_loopback = is_from_loopback;
  return request;
}

RawResponse to_raw(Response response, const RawRequest& request) {
  RawResponse raw(static_cast<beast::http::status>(response.status), request.version());
  raw.set(beast::http::field::content_type, response.content_type);
  raw.set(beast::http::field::cache_control, cache_control(response.cache));
  if (!response.etag.empty()) raw.set(beast::http::field::etag, response.etag);
  if (!response.policy.empty()) raw.set("Content-Security-Policy", response.policy);
  raw.set("Referrer-Policy", "no-referrer");
  raw.set("X-Content-Type-Options", "nosniff");
  if (!response.allow.empty()) raw.set(beast::http::field::allow, response.allow);
  if (response.retry_after_s > 0)
    raw.set(beast::http::field::retry_after, std::to_string(response.retry_after_s));
  if (response.status == 401) {
    raw.set(beast::http::field::www_authenticate, "Bearer");
    // Makes a browser ask its user. It then adds the password to requests of other origins' pages
    // too. They can't read the response, nor change anything: changes take JSON or DELETE,
    // for which a browser asks the server first.
    raw.insert(beast::http::field::www_authenticate, "Basic realm=\"AURA\", charset=\"UTF-8\"");
  }
  raw.keep_alive(request.keep_alive());
  if (response.status != 304) raw.content_length(response.body.size());
  if (request.method() != beast::http::verb::head) raw.body() = std::move(response.body);
  return raw;
}

/// Returns the status for a request that can't be read; 0 if a response makes no sense.
unsigned status_of(const error_code& error) {
  using Error = beast::http::error;
  if (error == Error::header_limit) return 431;
  if (error == Error::body_limit) return 413;
  const bool is_theirs = error.category() == make_error_code(Error::bad_method).category();
  return is_theirs && error != Error::end_of_stream && error != Error::partial_message ? 400 : 0;
}

}  // namespace

struct Server::Impl {
  Impl(std::uint16_t port, AtOnce answer_at_once, Later answer_later,
       const ServerLimits& its_limits, Look look, Probes its_probes)
      : at_once(std::move(answer_at_once)),
        later(std::move(answer_later)),
        probes(std::move(its_probes)),
        limits(its_limits),
        broadcast(context, pool, std::move(look), followers) {
    listen(port);
    start_accepting();
    thread = std::jthread([this] { context.run(); });
  }

  ~Impl() {
    context.stop();
    thread.join();
    for (auto* threads : {&pool, &probe_pool}) threads->stop();  // nobody waits any more
    for (auto* threads : {&pool, &probe_pool}) threads->join();
  }

  void listen(std::uint16_t port) try {
    const auto listen_at = [&](const tcp::endpoint& endpoint) {
      acceptor.open(endpoint.protocol());
      acceptor.set_option(asio::socket_base::reuse_address(true));
      if (endpoint.protocol() == tcp::v6()) acceptor.set_option(asio::ip::v6_only(false));
      acceptor.bind(endpoint);
      acceptor.listen();
    };
    try {
      listen_at({tcp::v6(), port});
    } catch (const boost::system::system_error& error) {
      if (error.code() == asio::error::address_in_use) throw;
      acceptor = tcp::acceptor(context);  // a machine without IPv6
      listen_at({tcp::v4(), port});
    }
  } catch (const boost::system::system_error& error) {
    throw std::system_error(error.code());
  }

  /// Starts again after std::bad_alloc.
  void start_accepting() {
    asio::co_spawn(context, accept(), [this](const std::exception_ptr& thrown) {
      if (thrown) start_accepting();
    });
  }

  asio::awaitable<void> accept() {
    clients_thread.check();
    while (true) {
      error_code ec;
      auto socket = co_await acceptor.async_accept(redirect_error(use_awaitable, ec));
      if (ec) {
        asio::steady_timer timer(context, kAcceptAgainAfter);
        co_await timer.async_wait(redirect_error(use_awaitable, ec));
        continue;
      }
      if (connections >= limits.connections) continue;
      asio::co_spawn(context, serve(std::move(socket)), [this](const std::exception_ptr&) {
        clients_thread.check();
        --connections;
      });
      ++connections;
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    clients_thread.check();
    error_code ec;
    const auto peer = socket.remote_endpoint(ec);
    if (ec) co_return;
    const bool is_from_loopback = is_loopback(peer.address());
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    for (bool goes_on = true; goes_on;) {
      beast::http::request_parser<beast::http::string_body> parser;
      parser.header_limit(limits.header_bytes);
      parser.body_limit(limits.body_bytes);
      stream.expires_after(std::chrono::seconds(limits.step_seconds));
      co_await beast::http::async_read(stream, buffer, parser, redirect_error(use_awaitable, ec));
      auto raw = ec ? RawRequest() : parser.release();
      Response response;
      if (ec) {
        response.status = status_of(ec);
        if (response.status == 0) break;
        response.body = R"({"error":"this is no request that can be answered"})";
        raw.keep_alive(false);
      } else {
        stream.expires_never();
        co_await answer(to_request(raw, is_from_loopback), response);
        if (response.is_events && raw.method() == beast::http::verb::get) {
          if (followers < limits.event_clients) {
            co_await broadcast.serve(stream, std::chrono::seconds(limits.step_seconds));
            break;
          }
          response = {503, R"({"error":"too many follow the events: try again later"})"};
        }
      }
      const auto reply = to_raw(std::move(response), raw);
      goes_on = reply.keep_alive();
      stream.expires_after(std::chrono::seconds(limits.step_seconds));
      co_await beast::http::async_write(stream, reply, redirect_error(use_awaitable, ec));
      if (ec) break;
    }
    stream.socket().shutdown(tcp::socket::shutdown_both, ec);
  }

  asio::awaitable<void> answer(const Request& request, Response& response) {
    clients_thread.check();
    if (auto answered = at_once(request)) {
      response = std::move(*answered);
      co_return;
    }
    if (probes.include && probes.include(request)) {
      co_await probe(request, response);
      co_return;
    }
    if (waiting >= limits.waiting) {
      response = {503, R"({"error":"too many requests at once: try again"})"};
      co_return;
    }
    const Counted counted(waiting);
    response = co_await asio::co_spawn(pool, run_later(request), use_awaitable);
  }

  asio::awaitable<Response> run_later(const Request& request) { co_return later(request); }

  /// A probe's response, and a timer that is cancelled when the response is there.
  struct Awaited {
    Awaited(asio::io_context& context, std::chrono::seconds within) : timer(context, within) {}
    asio::steady_timer timer;
    std::optional<Response> response;
  };

  asio::awaitable<void> probe(const Request& request, Response& response) {
    clients_thread.check();
    if (probing < limits.probes) {
      const auto awaited =
          std::make_shared<Awaited>(context, std::chrono::seconds(limits.probe_seconds));
      asio::co_spawn(context, run_probe(request, awaited), asio::detached);
      error_code ec;
      co_await awaited->timer.async_wait(redirect_error(use_awaitable, ec));
      if (awaited->response) {
        response = std::move(*awaited->response);
        co_return;
      }
    }
    response = probes.give_up(request);
  }

  /// Continues after the client gave up: the next client may use what it finds.
  asio::awaitable<void> run_probe(Request request, std::shared_ptr<Awaited> awaited) {
    clients_thread.check();
    const Counted counted(probing);
    awaited->response = co_await asio::co_spawn(probe_pool, answer_probe(request), use_awaitable);
    awaited->timer.cancel();
  }

  asio::awaitable<Response> answer_probe(const Request& request) {
    co_return probes.answer(request);
  }

  AtOnce at_once;
  Later later;
  Probes probes;
  ServerLimits limits;
  [[no_unique_address]] ThreadChecker clients_thread;
  // Before `context`, whose coroutines count down in their destructors.
  int connections AURA_GUARDED_BY(clients_thread) = 0;
  int waiting AURA_GUARDED_BY(clients_thread) = 0;    ///< Requests that `later` has not answered.
  int probing AURA_GUARDED_BY(clients_thread) = 0;    ///< Probes that have no response yet.
  int followers AURA_GUARDED_BY(clients_thread) = 0;  ///< Clients that receive events.
  asio::io_context context{1};
  asio::thread_pool pool{1};
  asio::thread_pool probe_pool{1};
  Broadcast broadcast;
  tcp::acceptor acceptor{context};
  std::jthread thread;
};

Server::Server(std::uint16_t port, AtOnce at_once, Later later, const ServerLimits& limits,
               Look look, Probes probes)
    : impl_(std::make_unique<Impl>(port, std::move(at_once), std::move(later), limits,
                                   std::move(look), std::move(probes))) {}

Server::~Server() = default;

std::uint16_t Server::port() const noexcept {
  error_code ec;
  return impl_->acceptor.local_endpoint(ec).port();
}

}  // namespace aura::http
