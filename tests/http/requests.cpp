#include "requests.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cctype>
#include <utility>

#include "finish.h"

namespace aura::test {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

struct Client::Impl {
  asio::io_context context;
  tcp::socket socket{context};
  boost::beast::flat_buffer buffer;  ///< of receive()
  std::string text;                  ///< of receive_until()

  template <typename Token>
  std::size_t read_some(asio::mutable_buffer into, Token token) {
    return finish(context, socket, socket.async_read_some(into, token));
  }
};

Client::Client(std::uint16_t port) : impl_(std::make_unique<Impl>()) {
  impl_->socket.connect({asio::ip::address_v4::loopback(), port});
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

void Client::send(const std::string& bytes) {
  asio::write(impl_->socket, asio::buffer(bytes));
}

Answer Client::receive(bool to_head) {
  http::response_parser<http::string_body> parser;
  parser.skip(to_head);
  finish(impl_->context, impl_->socket,
         http::async_read(impl_->socket, impl_->buffer, parser, asio::use_future));
  Answer answer{parser.get().result_int(), {}, parser.get().body()};
  for (const auto& field : parser.get()) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer.headers[name] = std::string(field.value());
  }
  return answer;
}

std::string Client::receive_until(const std::string& end) {
  auto& text = impl_->text;
  while (text.find(end) == std::string::npos) {
    std::array<char, 4096> piece{};
    text.append(piece.data(), impl_->read_some(asio::buffer(piece), asio::use_future));
  }
  const auto size = text.find(end) + end.size();
  auto rest = text.substr(size);
  text.resize(size);
  return std::exchange(text, std::move(rest));
}

bool Client::is_closed() {
  char byte = 0;
  boost::system::error_code ec;
  const auto size =
      impl_->read_some(asio::buffer(&byte, 1), asio::redirect_error(asio::use_future, ec));
  return size == 0 && ec == asio::error::eof;
}

std::string request(const std::string& method, const std::string& target,
                    const std::string& headers, const std::string& body) {
  const std::string length =
      body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + length + "\r\n" +
         body;
}

Answer ask(std::uint16_t port, const std::string& method, const std::string& target,
           const std::string& headers, const std::string& body) {
  Client client(port);
  client.send(request(method, target, headers, body));
  return client.receive(method == "HEAD");
}

}  // namespace aura::test
