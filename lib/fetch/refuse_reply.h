#pragma once

#include <boost/beast/http/error.hpp>
#include <boost/system/system_error.hpp>

namespace aura::fetch {

/// Throws boost::system::system_error with `why`: a reply is malformed or too long. Thread-safe.
[[noreturn]] inline void refuse_reply(boost::beast::http::error why) {
  throw boost::system::system_error(make_error_code(why));
}

}  // namespace aura::fetch
