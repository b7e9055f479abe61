#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

#include "aura/test/eventually.h"

namespace aura::test {

/// Speaks byte by byte, in the thread of the test, so that it sees what becomes of a connection.
class ByteServer {
 public:
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/a";
  }
  /// Waits for a connection and a request.
  boost::asio::ip::tcp::socket accept() {
    boost::asio::ip::tcp::socket socket(io_);
    acceptor_.async_accept(socket, noting());
    run();
    boost::asio::streambuf request;
    boost::asio::async_read_until(socket, request, "\r\n\r\n", noting());
    run();
    return socket;
  }
  void send(boost::asio::ip::tcp::socket& socket, const std::string& text) {
    boost::asio::async_write(socket, boost::asio::buffer(text), noting());
    run();
  }
  /// Waits until the client sends something or closes the connection; returns whether it closes.
  bool is_closed_by_client(boost::asio::ip::tcp::socket& socket) {
    char byte = 0;
    socket.async_read_some(boost::asio::buffer(&byte, 1), noting());
    const auto error = wait();
    return error == boost::asio::error::eof || error == boost::asio::error::connection_reset;
  }

 private:
  struct Noting {
    ByteServer& server;
    void operator()(boost::system::error_code error, std::size_t = 0) { server.ended_ = error; }
  };
  Noting noting() { return {*this}; }
  boost::system::error_code wait() {
    ended_.reset();
    io_.restart();
    io_.run_for(kPatience);
    if (!ended_) throw std::runtime_error("the client has not gone on in time");
    return *ended_;
  }
  void run() {
    if (const auto error = wait()) throw boost::system::system_error(error);
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_{
      io_, boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::optional<boost::system::error_code> ended_;
};

}  // namespace aura::test
