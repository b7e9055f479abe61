#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <cstdint>
#include <string>

#include "finish.h"

namespace aura::http {

/// A connection to a server of this machine, byte for byte.
class Client {
 public:
  explicit Client(std::uint16_t port) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  }

  /// What the server doesn't want any more is lost silently.
  void send(const std::string& bytes) {
    boost::system::error_code gone;
    boost::asio::write(socket_, boost::asio::buffer(bytes), gone);
  }

  /// All that comes until the server closes. Throws std::runtime_error where it doesn't in time.
  std::string rest() {
    std::string bytes;
    boost::system::error_code closed;
    test::finish(
        io_, socket_,
        boost::asio::async_read(socket_, boost::asio::dynamic_buffer(bytes),
                                boost::asio::redirect_error(boost::asio::use_future, closed)));
    return bytes;
  }

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
};

/// The whole reply to one request. `headers` are lines with their ends.
inline std::string ask(std::uint16_t port, const std::string& target,
                       const std::string& headers = "", const std::string& method = "GET") {
  Client client(port);
  client.send(method + " " + target + " HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\n" +
              headers + "\r\n");
  return client.rest();
}

}  // namespace aura::http
