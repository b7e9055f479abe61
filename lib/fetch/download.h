#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <string>

#include "aura/base/spool.h"
#include "aura/fetch/limits.h"
#include "host_slots.h"
#include "look_up.h"

namespace aura::fetch {

/// What all downloads of an executor share.
struct Shared {
  FetchLimits limits;
  boost::asio::ssl::context tls;
  LookUps look_ups;
  HostSlots slots;
  std::atomic<std::size_t> bytes_in_flight = 0;  ///< Of the files that have not wholly arrived.
};

/// The body that a GET of the URL `text` yields, redirects followed, a lost connection taken up
/// again where the server allows. Throws JobError, or Stopped when the coroutine is cancelled
/// (terminal cancellation). `shared` must outlive it; the executor must run one handler at a time.
boost::asio::awaitable<Spool> download(std::string text, Shared& shared);

}  // namespace aura::fetch
