#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <string>
#include <utility>

#include "download.h"
#include "local.h"
#include "tls.h"

namespace aura::test {

/// The file at `url`, where names stand for what `resolve` says. Throws as fetch::download does.
inline std::string download(const std::string& url, const fetch::FetchLimits& limits,
                            fetch::Resolve resolve) {
  fetch::Shared shared{limits, fetch::client_context(), fetch::Resolver(std::move(resolve)),
                       fetch::HostSlots(limits.per_host)};
  boost::asio::io_context io;
  std::exception_ptr failure;
  std::string text;
  boost::asio::co_spawn(io, fetch::download(url, shared),
                        [&](std::exception_ptr thrown, const fetch::Download& download) {
                          failure = std::move(thrown);
                          if (!failure) text = text_of(download);
                        });
  io.run();
  if (failure) std::rethrow_exception(failure);
  return text;
}

}  // namespace aura::test
