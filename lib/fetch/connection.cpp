#include "connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "policy.h"
#include "reply_reader.h"

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::use_awaitable;
using boost::system::error_code;
using boost::system::system_error;
using Clock = std::chrono::steady_clock;

/// Connects to the first of `endpoints` that accepts; there is at least one. Each gets an equal
/// share of the remaining time, so that a silent endpoint leaves time for the next.
asio::awaitable<beast::tcp_stream> connect_to_any(const Endpoints& endpoints,
                                                  Clock::time_point by) {
  const auto executor = co_await asio::this_coro::executor;
  error_code ec;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const auto now = Clock::now();
    beast::tcp_stream stream(executor);
    stream.expires_at(now + (by - now) / static_cast<int>(endpoints.size() - i));
    co_await stream.async_connect(endpoints[i], asio::redirect_error(use_awaitable, ec));
    if (!ec) co_return stream;
    if (ec == asio::error::operation_aborted) break;
  }
  throw system_error(ec);
}

/// Asks the proxy, the peer of `connection`, to connect to `hop`'s host.
asio::awaitable<void> open_tunnel(Connection& connection, const Hop& hop) {
  const auto& url = hop.url;
  const bool is_v6 = url.host.find(':') != std::string::npos;
  const std::string target =
      (is_v6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
  std::string request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!hop.proxy->authorization.empty()) {
    request += "Proxy-Authorization: " + hop.proxy->authorization + "\r\n";
  }
  request += "\r\n";
  const auto by = hop.within(hop.limits.first_byte_timeout);
  co_await connection.write(request, by);

  ReplyReader reader(hop.limits.max_header_bytes);
  while (!reader.read_head()) {
    const auto count = co_await connection.read_some(reader.space(), by);
    reader.arrived(count);
    if (count == 0) reader.ended();
  }
  const unsigned status = reader.head().status;
  if (status > 299) throw proxy_failure(url.host, status);
  // In TLS the client sends first.
  if (reader.has_more()) throw system_error(beast::http::error::bad_value);
}

}  // namespace

beast::tcp_stream& Connection::lowest() {
  if (auto* plain = std::get_if<beast::tcp_stream>(&stream_)) return *plain;
  return std::get<TlsStream>(stream_).next_layer();
}

asio::awaitable<void> Connection::secure(asio::ssl::context& tls, const std::string& host,
                                         TimePoint by) {
  beast::tcp_stream plain = std::move(std::get<beast::tcp_stream>(stream_));
  auto& stream = stream_.emplace<TlsStream>(std::move(plain), tls);
  lowest().expires_at(by);
  co_await handshake(stream, host);
}

asio::awaitable<std::size_t> Connection::read_some(std::span<std::uint8_t> into, TimePoint by) {
  lowest().expires_at(by);
  const auto buffer = asio::buffer(into.data(), into.size());
  error_code ec;
  std::size_t count = 0;
  if (auto* plain = std::get_if<beast::tcp_stream>(&stream_)) {
    count = co_await plain->async_read_some(buffer, asio::redirect_error(use_awaitable, ec));
  } else {
    count = co_await std::get<TlsStream>(stream_).async_read_some(
        buffer, asio::redirect_error(use_awaitable, ec));
  }
  // Many servers close TLS without close_notify. ReplyReader::ended() checks for a full reply.
  const bool has_ended = ec == asio::error::eof || ec == asio::ssl::error::stream_truncated;
  if (ec && !has_ended) throw system_error(ec);
  co_return count;
}

asio::awaitable<void> Connection::write(const std::string& bytes, TimePoint by) {
  lowest().expires_at(by);
  if (auto* plain = std::get_if<beast::tcp_stream>(&stream_)) {
    co_await asio::async_write(*plain, asio::buffer(bytes), use_awaitable);
  } else {
    co_await asio::async_write(std::get<TlsStream>(stream_), asio::buffer(bytes), use_awaitable);
  }
}

asio::awaitable<Connection> connect(Hop& hop, asio::ssl::context& tls, Resolver& resolver) {
  const auto& limits = hop.limits;
  hop.step = Step::kResolve;
  if (hop.proxy != nullptr) require_allowed_by_name(hop.url, limits.allowed_hosts);
  const std::string& host = hop.proxy != nullptr ? hop.proxy->host : hop.url.host;
  const std::uint16_t port = hop.proxy != nullptr ? hop.proxy->port : hop.url.port;
  const auto endpoints = co_await resolver.find(host, port, hop.within(limits.resolve_timeout));
  if (hop.proxy == nullptr) require_allowed(hop.url, endpoints, limits.allowed_hosts);

  hop.step = Step::kConnect;
  Connection connection(co_await connect_to_any(endpoints, hop.within(limits.connect_timeout)));
  if (!hop.url.https) co_return connection;

  if (hop.proxy != nullptr) {
    hop.step = Step::kTunnel;
    co_await open_tunnel(connection, hop);
  }
  hop.step = Step::kHandshake;
  co_await connection.secure(tls, hop.url.host, hop.within(limits.tls_timeout));
  co_return connection;
}

}  // namespace aura::fetch
