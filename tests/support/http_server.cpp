#include "aura/test/http_server.h"

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "aura/test/eventually.h"

namespace aura::test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
namespace fs = std::filesystem;
using asio::use_awaitable;
using asio::ip::tcp;

std::string status_line(int status) {
  return "HTTP/1.1 " + std::to_string(status) + " " +
         std::string(http::obsolete_reason(static_cast<http::status>(status))) + "\r\n";
}

std::string path_of(const std::string& target) {
  return target.substr(0, target.find('?'));
}

Request parse(const http::request<http::empty_body>& received) {
  Request request{std::string(received.method_string()), std::string(received.target()), {}};
  for (const auto& field : received) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    request.headers[name] = std::string(field.value());
  }
  return request;
}

/// `text` with its percent-encoding undone; nothing if that is malformed.
std::optional<std::string> decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const std::string_view digits = text.substr(i + 1, 2);
    unsigned byte = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || error != std::errc{} || stop != digits.data() + 2) return {};
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

/// The regular file that `target` names below `root`, which is canonical; nothing if it leads
/// elsewhere, through ".." or a link.
std::optional<fs::path> find_file(const fs::path& root, const std::string& target) {
  const auto name = decode(path_of(target));
  if (!name || name->find('\0') != std::string::npos) return std::nullopt;
  std::error_code missing;
  const fs::path file = fs::canonical(root / fs::path(*name).relative_path(), missing);
  if (missing || !fs::is_regular_file(file, missing)) return std::nullopt;
  const auto [root_end, below] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  return root_end == root.end() ? std::optional(file) : std::nullopt;
}

asio::awaitable<void> pass(Gate& gate) {
  const auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor,
                                                          asio::steady_timer::time_point::max());
  gate.reach([weak = std::weak_ptr(timer)] {
    if (const auto waiting = weak.lock()) {
      asio::post(waiting->get_executor(), [waiting] { waiting->cancel(); });
    }
  });
  boost::system::error_code cancelled;
  co_await timer->async_wait(asio::redirect_error(use_awaitable, cancelled));
}

asio::awaitable<void> close(tcp::socket& socket, bool) {
  boost::system::error_code gone;
  socket.shutdown(tcp::socket::shutdown_send, gone);
  co_return;
}

asio::awaitable<void> close(ssl::stream<tcp::socket>& stream, bool close_notify) {
  boost::system::error_code gone;
  if (close_notify) co_await stream.async_shutdown(asio::redirect_error(use_awaitable, gone));
}

}  // namespace

void Gate::open() {
  std::vector<std::function<void()>> wakers;
  {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    wakers.swap(wakers_);
  }
  for (const auto& wake : wakers) wake();
}

void Gate::wait_until_reached() {
  std::unique_lock lock(mutex_);
  if (!reached_changed_.wait_for(lock, kPatience, [&] { return is_reached_; }))
    throw std::runtime_error("the server has not come to its gate in time");
}

void Gate::reach(std::function<void()> wake) {
  {
    const std::lock_guard lock(mutex_);
    is_reached_ = true;
    if (!is_open_) wakers_.push_back(std::exchange(wake, nullptr));
  }
  reached_changed_.notify_all();
  if (wake) wake();
}

Reply Reply::held_by(std::shared_ptr<Gate> at, std::size_t offset) const {
  Reply held = *this;
  held.gate = std::move(at);
  held.gate_at = offset;
  return held;
}

Reply reply(int status, const std::string& body, const std::string& headers) {
  return {status_line(status) + headers + "Content-Length: " + std::to_string(body.size()) +
          "\r\n\r\n" + body};
}

Reply ok(const std::string& body) {
  return reply(200, body);
}

Reply redirect(int status, const std::string& location) {
  return reply(status, "moved", "Location: " + location + "\r\n");
}

Reply chunked(const std::vector<std::string>& pieces, bool is_complete) {
  Reply result{status_line(200) + "Transfer-Encoding: chunked\r\n\r\n"};
  const auto add = [&](const std::string& piece) {
    std::array<char, 16> hex{};
    const auto [end, error] = std::to_chars(hex.begin(), hex.end(), piece.size(), 16);
    result.bytes += std::string(hex.begin(), end) + "\r\n" + piece + "\r\n";
  };
  for (const auto& piece : pieces) add(piece);
  if (is_complete) add("");
  return result;
}

Reply promising(std::uint64_t content_length, const std::string& body) {
  return {status_line(200) + "Content-Length: " + std::to_string(content_length) + "\r\n\r\n" +
          body};
}

Reply until_close(const std::string& body) {
  return {status_line(200) + "\r\n" + body};
}

struct HttpServer::Impl {
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  std::optional<ssl::context> tls;
  mutable std::mutex mutex;
  std::map<std::string, Handler> handlers;               // guarded by mutex
  Handler fallback;                                      // guarded by mutex
  std::map<std::string, std::vector<Request>> received;  // guarded by mutex
  std::thread thread;

  Reply answer(const Request& request) {
    Handler handler;
    {
      const std::lock_guard lock(mutex);
      const auto path = path_of(request.target);
      received[path].push_back(request);
      const auto found = handlers.find(path);
      handler = found == handlers.end() ? fallback : found->second;
    }
    return handler ? handler(request) : reply(404, "not found");
  }

  template <typename Stream>
  asio::awaitable<void> send(Stream& stream, const Reply& reply) {
    const std::string_view bytes = reply.bytes;
    const std::size_t before = reply.gate ? reply.gate_at : bytes.size();
    co_await asio::async_write(stream, asio::buffer(bytes.substr(0, before)), use_awaitable);
    if (reply.gate) {
      co_await pass(*reply.gate);
      co_await asio::async_write(stream, asio::buffer(bytes.substr(before)), use_awaitable);
    }
    asio::steady_timer pause(io);
    while (!reply.endless.empty()) {
      if (reply.pace.count() > 0) {
        pause.expires_after(reply.pace);
        co_await pause.async_wait(use_awaitable);
      }
      co_await asio::async_write(stream, asio::buffer(reply.endless), use_awaitable);
    }
  }

  template <typename Stream>
  asio::awaitable<void> converse(Stream& stream) {
    boost::beast::flat_buffer buffer;
    http::request<http::empty_body> request;
    co_await http::async_read(stream, buffer, request, use_awaitable);
    const Reply reply = answer(parse(request));
    co_await send(stream, reply);
    if (reply.reset) {
      boost::beast::get_lowest_layer(stream).set_option(tcp::socket::linger(true, 0));
    } else {
      co_await close(stream, reply.close_notify);
    }
  }

  asio::awaitable<void> serve_connection(tcp::socket socket) {
    try {
      if (tls) {
        ssl::stream<tcp::socket> stream(std::move(socket), *tls);
        co_await stream.async_handshake(ssl::stream_base::server, use_awaitable);
        co_await converse(stream);
      } else {
        co_await converse(socket);
      }
    } catch (const boost::system::system_error&) {
      // The client has gone, or has refused our certificate: its own affair.
    }
  }

  asio::awaitable<void> accept_connections() {
    for (;;) {
      boost::system::error_code ec;
      tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(use_awaitable, ec));
      if (!ec) {
        asio::co_spawn(io, serve_connection(std::move(socket)), asio::detached);
        continue;
      }
      // Out of file descriptors, most likely: some are free again once other connections end.
      asio::steady_timer pause(io, std::chrono::milliseconds(10));
      co_await pause.async_wait(use_awaitable);
    }
  }
};

HttpServer::HttpServer(std::optional<Identity> identity, std::uint16_t port)
    : impl_(std::make_unique<Impl>()) {
  if (identity) {
    auto& tls = impl_->tls.emplace(ssl::context::tls_server);
    tls.use_certificate(asio::buffer(identity->certificate_pem), ssl::context::pem);
    tls.use_private_key(asio::buffer(identity->key_pem), ssl::context::pem);
  }
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  impl_->acceptor.open(endpoint.protocol());
  impl_->acceptor.set_option(tcp::acceptor::reuse_address(true));
  impl_->acceptor.bind(endpoint);
  impl_->acceptor.listen();
  asio::co_spawn(impl_->io, impl_->accept_connections(), asio::detached);
  impl_->thread = std::thread([this] { impl_->io.run(); });
}

HttpServer::~HttpServer() {
  impl_->io.stop();
  impl_->thread.join();
}

std::uint16_t HttpServer::port() const {
  return impl_->acceptor.local_endpoint().port();
}

std::string HttpServer::url(const std::string& path, const std::string& host) const {
  return (impl_->tls ? "https://" : "http://") + host + ":" + std::to_string(port()) + path;
}

void HttpServer::serve(const std::string& path, Reply reply) {
  handle(path, [reply = std::move(reply)](const Request&) { return reply; });
}

void HttpServer::handle(const std::string& path, Handler handler) {
  const std::lock_guard lock(impl_->mutex);
  impl_->handlers[path] = std::move(handler);
}

void HttpServer::handle_others(Handler handler) {
  const std::lock_guard lock(impl_->mutex);
  impl_->fallback = std::move(handler);
}

void HttpServer::serve_folder(const fs::path& folder) {
  const fs::path root = fs::canonical(folder);
  handle_others([root](const Request& request) {
    const auto found = find_file(root, request.target);
    if (!found) return reply(404, "not found");
    std::ifstream file(*found, std::ios::binary);
    if (!file) return reply(403, "not readable");
    return ok({std::istreambuf_iterator<char>(file), {}});
  });
}

std::vector<Request> HttpServer::requests(const std::string& path) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->received.find(path);
  return found == impl_->received.end() ? std::vector<Request>{} : found->second;
}

}  // namespace aura::test
