#pragma once

#include <filesystem>
#include <string>

namespace aura::test {

/// The directory of a PostgreSQL server's Unix socket and data, of a URL as deploy/postgres.sh
/// prints it.
std::filesystem::path server_directory(const std::string& url);

/// A PostgreSQL server of the test's own, which waits for the disk as a real one does, so that it
/// may be brought down at will. While it lives, AURA_TEST_DATABASE_URL names it.
class PostgresServer {
 public:
  enum class Stop {
    kFast,       ///< Ends every connection, and then in order.
    kImmediate,  ///< As a crash does: the next start recovers.
  };

  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// Waits for its end.
  void stop(Stop how);
  void start();

 private:
  std::string folder_;
  std::string shared_url_;
  std::string url_;
};

}  // namespace aura::test
