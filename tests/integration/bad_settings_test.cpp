#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <stdexcept>

#include "fixture.h"

namespace aura::test {
namespace {

/// A server that hangs up on everybody.
class HangUp {
 public:
  HangUp() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const name = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, name, size) != 0 || ::listen(socket_, 8) != 0 ||
        ::getsockname(socket_, name, &size) != 0) {
      throw std::runtime_error("can't listen");
    }
    port_ = ntohs(address.sin_port);
    // Rather a failed test than one that hangs.
    const timeval patience{kPatience.count(), 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~HangUp() { ::close(socket_); }
  HangUp(const HangUp&) = delete;
  HangUp& operator=(const HangUp&) = delete;

  int port() const { return port_; }
  /// Waits for somebody and hangs up. Whether somebody came.
  bool one() const {
    const int connection = ::accept(socket_, nullptr, nullptr);
    if (connection >= 0) ::close(connection);
    return connection >= 0;
  }

 private:
  int socket_;
  int port_ = 0;
};

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// Requires that it ends at once with status `code`, nothing on standard output and one line on
/// standard error; that line.
std::string one_error(const Finished& finished, int code = 2) {
  CAPTURE(finished.error);
  CHECK(finished.status == ExitStatus{code, 0});
  CHECK(finished.output.empty());
  const auto errors = lines(finished.error);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].starts_with("aura: "));
  return errors[0];
}

const std::vector<Arguments>& commands_with_database() {
  static const std::vector<Arguments> commands{
      {"worker"},
      {"worker", "--drain"},
      {"enqueue", "http://127.0.0.1:1/a.mp3", "--title", "T", "--artist", "A"},
      {"status"},
      {"migrate"},
  };
  return commands;
}

}  // namespace

TEST_CASE_METHOD(Sandbox, "bad settings: without DATABASE_URL each command says what to set") {
  for (const auto& command : commands_with_database()) {
    CAPTURE(command);
    CHECK(contains(one_error(run(command)), "DATABASE_URL is not set"));
    CHECK(contains(one_error(run(command, {{"DATABASE_URL", ""}})), "DATABASE_URL is not set"));
  }
}

TEST_CASE_METHOD(Sandbox,
                 "bad settings: a malformed DATABASE_URL is refused, its password not shown") {
  for (const std::string url :
       {"mysql://aura:SECRET@host/db", "aura:SECRET@host/db",
        "postgresql://aura:SECRET@host:port/db", "postgresql://aura:SEC%ZZRET@host/db",
        "postgres://aura:SECRET@[::1/db", "postgresql://aura:SECRET@host/db?sslfactory=SECRET",
        "host=127.0.0.1 password=SECRET"}) {
    CAPTURE(url);
    for (const auto& command : commands_with_database()) {
      const auto error = one_error(run(command, {{"DATABASE_URL", url}}));
      CHECK(contains(error, "DATABASE_URL"));
      CHECK(!contains(error, "SEC"));
    }
  }
}

TEST_CASE_METHOD(WithTables,
                 "bad settings: a value that is not what it must be names its variable") {
  const Environment values{
      {"MAX_RETRIES", "abc"},    {"POLL_INTERVAL", "often"}, {"WORKER_THREADS", "0"},
      {"CLAIM_BATCH", "-1"},     {"LOG_LEVEL", "LOUD"},      {"LOG_FORMAT", "xml"},
      {"SHUTDOWN_GRACE", "nan"}, {"MAX_AUDIO_MB", "1e99"},   {"MAX_LYRICS_KB", "1 KB"},
      {"FETCH_TIMEOUT", "-5"},   {"RETRY_BASE", "\x1b[31m"}};
  for (const auto& [name, value] : values) {
    CAPTURE(name, value);
    const auto error = one_error(run({"worker", "--drain"}, {{name, value}}));
    CHECK(contains(error, name + " must be "));
    CHECK(!contains(error, "\x1b"));
  }
}

TEST_CASE_METHOD(Sandbox,
                 "bad settings: a worker waits for a database that isn't there, and says so once") {
  const HangUp database;
  auto worker = start(
      {"worker"},
      {{"DATABASE_URL", "postgresql://aura:SECRET@127.0.0.1:" + std::to_string(database.port()) +
                            "/aura?sslmode=disable&gssencmode=disable"}});
  for (int i = 0; i < 4; ++i) REQUIRE(database.one());
  worker.kill(SIGTERM);
  CHECK(worker.wait() == ExitStatus{});
  const auto log = worker.error_output();
  CAPTURE(log);
  CHECK(contains(log, "AURA Analysis Worker starting..."));
  CHECK(occurrences(log, "can't be reached") == 1);
  CHECK(occurrences(log, "ERROR") == 1);
  CHECK(!contains(log, "SECRET"));
}

TEST_CASE_METHOD(Sandbox, "bad settings: the other commands don't wait for a database") {
  const Environment nobody{{"DATABASE_URL", "postgresql://aura:SECRET@127.0.0.1:1/aura"}};
  for (const auto& command : commands_with_database()) {
    if (command[0] == "worker") continue;
    CAPTURE(command);
    const auto error = one_error(run(command, nobody), 1);
    CHECK(contains(error, "127.0.0.1"));
    CHECK(!contains(error, "SECRET"));
  }
}

TEST_CASE_METHOD(WithDatabase, "bad settings: a database of that name isn't there") {
  auto url = database.url();
  const auto name = url.find("/test_") + 1;
  url.replace(name, 4, "none");
  auto worker = start({"worker"}, {{"DATABASE_URL", url}});
  worker.wait_for_error("does not exist");
  worker.kill(SIGTERM);
  CHECK(worker.wait() == ExitStatus{});
  CHECK(contains(one_error(run({"status"}, {{"DATABASE_URL", url}}), 1), "does not exist"));
}

TEST_CASE_METHOD(WithDatabase,
                 "bad settings: without a jobs table each command says how to get one") {
  const auto advice = "run aura migrate --with-queue-table, or set AURA_TABLE";
  for (const auto& command : commands_with_database()) {
    if (command[0] == "worker") continue;
    CAPTURE(command);
    const auto finished = run(command);
    CHECK(finished.status == ExitStatus{1, 0});
    CHECK(contains(finished.error, advice));
    CHECK(lines(finished.error).size() == 1);
  }
  const auto drained = run({"worker", "--drain"});
  CHECK(drained.status == ExitStatus{1, 0});
  CHECK(occurrences(drained.error, advice) == 1);
}

TEST_CASE_METHOD(WithTables, "bad settings: a worker goes on once the jobs table is there") {
  database.execute("ALTER TABLE \"AuraAnalysis\" RENAME TO elsewhere");
  auto worker = start({"worker"});
  worker.wait_for_error("run aura migrate --with-queue-table, or set AURA_TABLE");
  database.execute("ALTER TABLE elsewhere RENAME TO \"AuraAnalysis\"");
  insert_path("job");
  worker.wait_for_error("[job job] completed");
  worker.kill(SIGTERM);
  CHECK(worker.wait() == ExitStatus{});
}

}  // namespace aura::test
