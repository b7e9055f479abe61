#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "handler.h"
#include "message.h"

namespace aura::http {

// All functions here are thread-safe.

enum class Methods {
  kRead,  ///< GET and HEAD
  kPost,
  kDelete,
};

enum class Access {
  kOpen,     ///< Every client is answered.
  kGuarded,  ///< Clients need the token or, without a token, must run on this machine.
};

/// A path that the server answers, by these methods, and how.
struct Route {
  Methods methods;
  /// A path, in which "{name}" stands for one segment.
  std::string_view pattern;
  /// Its type says which thread calls it, and whether it needs the database.
  std::variant<ImmediateHandler, DatabaseHandler, ProbeHandler> handler;
  /// Returns the value of the placeholder's segment, or nothing if the path does not exist. Null if
  /// the pattern has no placeholder.
  std::optional<std::string> (*value_of)(std::string_view segment) = nullptr;
  /// Applies to the handler's responses. The server's own errors are never stored.
  Cache cache = Cache::kNever;
  Access access = Access::kGuarded;

  constexpr bool needs_database() const noexcept {
    return !std::holds_alternative<ImmediateHandler>(handler);
  }
  /// Returns whether a thread of its own answers the route; see Probes.
  constexpr bool is_probe() const noexcept { return std::holds_alternative<ProbeHandler>(handler); }
};

/// Returns every route. The table lives until the process ends.
std::span<const Route> route_table() noexcept;

/// Returns whether `method` is one of `methods`.
constexpr bool includes(Methods methods, std::string_view method) noexcept {
  switch (methods) {
    case Methods::kPost:
      return method == "POST";
    case Methods::kDelete:
      return method == "DELETE";
    case Methods::kRead:
      break;
  }
  return method == "GET" || method == "HEAD";
}

struct Match {
  const Route& route;
  std::string value;  ///< See Call.
};

/// Returns the route of `path` and `method`. Returns the first route of `path` if none takes the
/// method, and nothing if the path does not exist. `path` has no query.
std::optional<Match> find_route(std::string_view path, std::string_view method);

/// Returns the methods of `path` as the header Allow lists them: "GET, HEAD, POST". `path` has no
/// query.
std::string list_methods(std::string_view path);

}  // namespace aura::http
