#pragma once

#include <boost/beast/http/error.hpp>
#include <boost/system/system_error.hpp>

namespace aura::fetch {

/// Throws boost::system::system_error: a reply can't be understood, or can't be kept.
[[noreturn]] inline void refuse_reply(boost::beast::http::error why) {
  throw boost::system::system_error(make_error_code(why));
}

}  // namespace aura::fetch
