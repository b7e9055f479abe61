#pragma once

#include <string>
#include <string_view>

namespace aura::http {

/// A request. A handler must treat every text of it as hostile.
struct Request {
  std::string method;
  std::string target;
  std::string authorization{};  ///< Header Authorization; empty if missing.
  std::string content_type{};   ///< Header Content-Type; empty if missing.
  std::string body{};
  std::string host{};             ///< Header Host; empty if missing.
  std::string if_none_match{};    ///< Header If-None-Match; empty if missing.
  bool is_from_loopback = false;  ///< The client runs on this machine.
  bool is_forwarded = false;      ///< A header says that a proxy forwarded the request.
};

/// What a browser may do with a response.
enum class Cache {
  kNever,       ///< must not store it
  kRevalidate,  ///< may store it by its `etag`, and asks before each use
};

/// Returns the value of the header Cache-Control. The text lives until the process ends.
/// Thread-safe.
constexpr std::string_view cache_control(Cache cache) noexcept {
  return cache == Cache::kRevalidate ? "no-cache" : "no-store";
}

struct Response {
  unsigned status = 200;
  std::string body{};
  std::string content_type = "application/json";
  std::string allow{};     ///< Header Allow: the methods of the path, with a 405; empty: none.
  int retry_after_s = 0;   ///< Header Retry-After, with a 503; 0: none.
  bool is_events = false;  ///< Events follow until the client leaves; `body` is empty.
  std::string etag{};      ///< Header ETag; empty: none.
  std::string policy{};    ///< Header Content-Security-Policy; empty: none.
  Cache cache = Cache::kNever;
};

}  // namespace aura::http
