#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "aura/postgres/database_url.h"

namespace aura::queue {

/// Receives notifications of inserted jobs, and others, through LISTEN, over a connection of its
/// own that is never inside a transaction. Not thread-safe. Every member throws DatabaseLost if the
/// connection fails or the server does not answer within five seconds; then the caller needs a new
/// Listener. All but wait() also throw DatabaseLost when `stop` is requested.
class Listener {
 public:
  /// Connects to `url` within five seconds. Throws DatabaseLost, or std::system_error if no file
  /// descriptor is left.
  Listener(const postgres::DatabaseUrl& url, std::stop_token stop);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Returns whether the server process that answers is the process that the connection was opened
  /// to. Otherwise a pooler stands between. Throws DatabaseError.
  bool is_direct();

  /// Begins to listen if a test notification, sent over `jobs`, arrives within two seconds. `jobs`
  /// is the database that gets the inserts. Returns whether it listens. A pooler in transaction
  /// mode passes no notification; another database sends none. Throws DatabaseError.
  bool listen(const postgres::DatabaseUrl& jobs);

  /// Also listens on `channel`, a plain SQL identifier. Call it after listen() has returned true.
  /// Throws DatabaseError.
  void also_listen(const std::string& channel);

  /// Blocks until a notification arrives. Returns its channel: kJobsChannel if jobs were inserted.
  /// Several of one channel may count as one. Returns nothing after `at_most` or when `stop` is
  /// requested.
  std::optional<std::string> wait(std::chrono::milliseconds at_most);
  static constexpr const char* kJobsChannel = "aura_jobs";

  /// Sends the server a query, because wait() can't detect that the other end has vanished. Throws
  /// DatabaseError.
  void check();

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace aura::queue
