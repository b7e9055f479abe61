#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <string>

#include "aura/fetch/limits.h"
#include "aura/fetch/outcome.h"
#include "host_slots.h"
#include "resolver.h"

namespace aura::fetch {

/// What all downloads of one executor share.
struct Shared {
  FetchLimits limits;
  boost::asio::ssl::context tls;
  Resolver resolver;
  HostSlots slots;
  std::atomic<std::size_t> bytes_in_flight = 0;  ///< Bytes that have arrived of unfinished files.
};

/// Downloads the file at the URL `text`. Follows redirects, and resumes after a lost connection if
/// the server allows it. Throws JobError, or Stopped after terminal cancellation of the coroutine.
/// The caller keeps `shared` alive until the coroutine has ended. The executor must run one handler
/// at a time.
boost::asio::awaitable<Download> download(std::string text, Shared& shared);

}  // namespace aura::fetch
