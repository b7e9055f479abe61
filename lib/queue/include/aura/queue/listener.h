#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

#include "aura/postgres/database_url.h"

namespace aura::queue {

/// Hears of inserted jobs through LISTEN, over a connection of its own that is never inside a
/// transaction. One thread at a time; waiting ends at once when `stop` asks. Every member throws
/// DatabaseLost where the connection fails or is silent: then a new Listener is wanted.
class Listener {
 public:
  /// Connects. Throws DatabaseLost, DatabaseError.
  Listener(const postgres::DatabaseUrl& url, std::stop_token stop);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Whether the server process behind the connection is the one that it was opened to: if not, a
  /// pooler stands between.
  bool is_direct();

  /// Begins to listen, unless a notification sent over `jobs`, where inserts are told of, doesn't
  /// arrive: through a pooler in transaction mode none does, nor from another database. Whether it
  /// listens.
  bool listen(const postgres::DatabaseUrl& jobs);

  /// Waits until jobs were inserted (true), or for `at_most`.
  bool wait(std::chrono::milliseconds at_most);

  /// Asks the server for a sign of life: a connection whose other end has vanished looks healthy to
  /// those who only wait.
  void check();

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace aura::queue
