#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <future>
#include <stdexcept>

#include "aura/test/eventually.h"

namespace aura::test {

/// Runs `io` until the operation on `socket` that sets `pending` is done; its result. Throws what
/// it ends with, and std::runtime_error where the other side keeps it waiting for too long.
template <typename Result>
Result finish(boost::asio::io_context& io, boost::asio::ip::tcp::socket& socket,
              std::future<Result> pending) {
  io.restart();
  io.run_for(kPatience);
  if (pending.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    socket.cancel();
    io.run();
    throw std::runtime_error("the server has kept its client waiting for too long");
  }
  return pending.get();
}

}  // namespace aura::test
