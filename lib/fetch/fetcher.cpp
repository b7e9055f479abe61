#include "aura/fetch/fetcher.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "aura/base/error.h"
#include "download.h"
#include "tls.h"

namespace aura::fetch {
namespace {

namespace asio = boost::asio;

/// A running download. Only the fetcher's thread uses it.
struct Transfer {
  Done done;
  std::optional<Download> download;
  asio::cancellation_signal cancel;
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
};

asio::awaitable<void> run(std::string url, Shared& shared, Transfer& transfer) {
  transfer.download = co_await download(std::move(url), shared);
}

}  // namespace

struct Fetcher::Impl {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
  Shared shared;
  std::set<std::shared_ptr<Transfer>> transfers;  // only the thread uses it
  std::thread thread{[this] { io.run(); }};       // last: it uses all members above

  explicit Impl(const FetchLimits& limits)
      : shared{limits, client_context(), Resolver(), HostSlots(limits.per_host)} {}

  void begin(std::string url, std::stop_token stop, Done done) {
    if (stop.stop_requested()) return done(std::make_exception_ptr(Stopped()));
    const auto transfer = std::make_shared<Transfer>();
    transfer->done = std::move(done);
    transfers.insert(transfer);
    asio::co_spawn(io, run(std::move(url), shared, *transfer),
                   asio::bind_cancellation_slot(transfer->cancel.slot(),
                                                [this, transfer](std::exception_ptr thrown) {
                                                  end(transfer, std::move(thrown));
                                                }));
    transfer->on_stop.emplace(std::move(stop), [this, weak = std::weak_ptr(transfer)] {
      // The signal is not thread-safe, so the download's thread emits it.
      try {
        asio::post(io, [weak] {
          if (const auto stopped = weak.lock()) {
            stopped->cancel.emit(asio::cancellation_type::terminal);
          }
        });
      } catch (const std::bad_alloc&) {
        // request_stop() must not throw: the download continues to its end.
      }
    });
  }

  void end(const std::shared_ptr<Transfer>& transfer, std::exception_ptr thrown) {
    transfers.erase(transfer);
    transfer->on_stop.reset();
    if (thrown) {
      transfer->done(std::move(thrown));
    } else {
      transfer->done(std::move(*transfer->download));
    }
  }
};

Fetcher::Fetcher(const FetchLimits& limits) : impl_(std::make_unique<Impl>(limits)) {}

// post() throws if memory runs out. The thread would then never end, so the process ends.
Fetcher::~Fetcher() {  // NOLINT(bugprone-exception-escape)
  asio::post(impl_->io, [this] {
    const auto all = impl_->transfers;  // a copy: each removes itself when it ends
    for (const auto& transfer : all) {
      transfer->cancel.emit(asio::cancellation_type::terminal);
    }
    impl_->work.reset();
  });
  impl_->thread.join();
}

void Fetcher::start(std::string url, std::stop_token stop, Done done) const {
  asio::post(impl_->io, [impl = impl_.get(), url = std::move(url), stop = std::move(stop),
                         done = std::move(done)]() mutable {
    impl->begin(std::move(url), std::move(stop), std::move(done));
  });
}

Download Fetcher::fetch(std::string_view url, std::stop_token stop) const {
  // Shared, because set_value() may still run when the waiting thread continues.
  const auto promise = std::make_shared<std::promise<Outcome>>();
  start(std::string(url), std::move(stop),
        [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
  auto outcome = promise->get_future().get();
  if (const auto* failure = std::get_if<std::exception_ptr>(&outcome)) {
    std::rethrow_exception(*failure);
  }
  return std::get<Download>(std::move(outcome));
}

void Fetcher::post(std::function<void()> task) const {
  asio::post(impl_->io, std::move(task));
}

std::size_t Fetcher::bytes_in_flight() const noexcept {
  return impl_->shared.bytes_in_flight;
}

}  // namespace aura::fetch
