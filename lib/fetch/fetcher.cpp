#include "aura/fetch/fetcher.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "aura/base/error.h"
#include "download.h"
#include "tls.h"

namespace aura::fetch {

namespace asio = boost::asio;

struct Fetcher::Tls {
  asio::ssl::context context = client_context();
};

Fetcher::Fetcher(const FetchLimits& limits) : limits_(limits), tls_(std::make_unique<Tls>()) {}
Fetcher::~Fetcher() = default;

std::vector<std::uint8_t> Fetcher::fetch(std::string_view url, std::stop_token stop) const {
  Url address = parse_url(url);
  if (stop.stop_requested()) throw Stopped();

  asio::io_context io(1);
  asio::cancellation_signal cancel;
  std::vector<std::uint8_t> file;
  std::exception_ptr failure;
  asio::co_spawn(io, download(std::move(address), limits_, tls_->context),
                 asio::bind_cancellation_slot(
                     cancel.slot(), [&](std::exception_ptr thrown, std::vector<std::uint8_t> body) {
                       failure = std::move(thrown);
                       file = std::move(body);
                     }));
  const std::stop_callback on_stop(std::move(stop), [&] {
    // The signal is not thread-safe, so it is given where the download runs.
    asio::post(io, [&] { cancel.emit(asio::cancellation_type::terminal); });
  });
  io.run();
  if (failure) std::rethrow_exception(failure);
  return file;
}

}  // namespace aura::fetch
