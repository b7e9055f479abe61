#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <vector>

#include "aura/fetch/limits.h"
#include "aura/fetch/url.h"

namespace aura::fetch {

/// The body that a GET of `url` yields, redirects followed. Throws JobError, or Stopped when the
/// coroutine is cancelled (terminal cancellation). `tls` must outlive it and may be shared by many;
/// the executor must run one handler at a time.
boost::asio::awaitable<std::vector<std::uint8_t>> download(Url url, FetchLimits limits,
                                                           boost::asio::ssl::context& tls);

}  // namespace aura::fetch
