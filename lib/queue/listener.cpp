#include "aura/queue/listener.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "aura/postgres/session.h"
#include "sql.h"

namespace aura::queue {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kConnectWithin{5};
constexpr std::chrono::seconds kAnswerWithin{5};
/// How long to wait for a notification before it counts as lost.
constexpr std::chrono::seconds kArriveWithin{2};

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// A file descriptor for poll() that becomes readable when a stop token is triggered.
class StopEvent {
 public:
  explicit StopEvent(std::stop_token stop) : raise_(std::move(stop), Raise{event_.fd}) {}

  int fd() const noexcept { return event_.fd; }

 private:
  struct Event {
    Event() : fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
      if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    ~Event() { close(fd); }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    int fd;
  };
  struct Raise {
    int fd;
    void operator()() const noexcept { eventfd_write(fd, 1); }
  };
  Event event_;
  std::stop_callback<Raise> raise_;  ///< last, so that it is destroyed before event_
};

}  // namespace

/// Uses libpq directly, because a session can't stop waiting on request.
class Listener::Connection {
 public:
  Connection(const std::string& connection_string, std::stop_token stop)
      : stop_(stop),
        stopped_(std::move(stop)),
        connection_(PQconnectStart(connection_string.c_str()), &PQfinish) {
    if (!connection_) throw std::bad_alloc();
    if (PQstatus(connection_.get()) == CONNECTION_BAD) lost();
    const auto deadline = Clock::now() + kConnectWithin;
    for (auto state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
         state = PQconnectPoll(connection_.get())) {
      if (state == PGRES_POLLING_FAILED) lost();
      ready(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline);
    }
    // By default notices go to standard error.
    PQsetNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr);
  }

  int backend_pid() const { return PQbackendPID(connection_.get()); }

  /// Runs `sql` and returns the first field of its first row; empty without rows.
  std::string ask(const std::string& sql) {
    if (PQsendQuery(connection_.get(), sql.c_str()) == 0) lost();
    const auto deadline = Clock::now() + kAnswerWithin;
    std::string answer;
    while (true) {
      while (PQisBusy(connection_.get()) != 0) receive(deadline);
      const Result result(PQgetResult(connection_.get()), &PQclear);
      if (!result) return answer;
      const auto status = PQresultStatus(result.get());
      if (status == PGRES_TUPLES_OK && PQntuples(result.get()) > 0) {
        answer = PQgetvalue(result.get(), 0, 0);
      } else if (status == PGRES_FATAL_ERROR) {
        if (PQstatus(connection_.get()) != CONNECTION_OK) lost();
        throw postgres::DatabaseError(postgres::first_line(PQresultErrorMessage(result.get())));
      }
    }
  }

  /// Returns the channel of a notification that arrives before `deadline` and before a stop;
  /// nothing if none does.
  std::optional<std::string> hear(Clock::time_point deadline) {
    while (true) {
      while (const auto notification = std::unique_ptr<PGnotify, decltype(&PQfreemem)>(
                 PQnotifies(connection_.get()), &PQfreemem)) {
        heard_.insert(notification->relname);
      }
      if (!heard_.empty()) return std::move(heard_.extract(heard_.begin()).value());
      if (!ready(POLLIN, deadline, OnTimeout::kReturn)) return std::nullopt;
      if (PQconsumeInput(connection_.get()) == 0) lost();
    }
  }

 private:
  enum class OnTimeout { kThrow, kReturn };

  void receive(Clock::time_point deadline) {
    ready(POLLIN, deadline);
    if (PQconsumeInput(connection_.get()) == 0) lost();
  }

  /// Returns whether the socket became ready before `deadline` and before a stop.
  bool ready(short events, Clock::time_point deadline, OnTimeout on_timeout = OnTimeout::kThrow) {
    while (true) {
      const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
      std::array<pollfd, 2> fds{
          {{PQsocket(connection_.get()), events, 0}, {stopped_.fd(), POLLIN, 0}}};
      const int count =
          poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(left, 0)));
      if (count < 0 && errno == EINTR) continue;
      if (count > 0 && !stop_.stop_requested()) return true;
      if (on_timeout == OnTimeout::kReturn) return false;
      throw postgres::DatabaseLost(stop_.stop_requested() ? "told to stop"
                                                          : "the server does not answer");
    }
  }

  [[noreturn]] void lost() const {
    throw postgres::DatabaseLost(postgres::first_line(PQerrorMessage(connection_.get())));
  }

  std::stop_token stop_;
  StopEvent stopped_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  std::set<std::string> heard_;  ///< channels, not returned yet
};

Listener::Listener(const postgres::DatabaseUrl& url, std::stop_token stop)
    : connection_(std::make_unique<Connection>(url.connection_string, std::move(stop))) {}
Listener::~Listener() = default;

bool Listener::is_direct() {
  return connection_->ask("SELECT pg_backend_pid()") == std::to_string(connection_->backend_pid());
}

bool Listener::listen(const postgres::DatabaseUrl& jobs) {
  // A limit for idle sessions would end this session. Through a pooler, lifting it would affect
  // others.
  if (is_direct()) connection_->ask(kLiftLimits);
  std::random_device random;
  const auto probe = "aura_probe_" + std::to_string(random());
  connection_->ask("LISTEN " + probe);
  // Sent over another connection: through a pooler, our own statement could reach the server
  // connection that listens, and prove nothing.
  postgres::Connection other(jobs);
  other.session().execute_within(kAnswerWithin, "SELECT pg_notify($1, '')", probe);
  const bool hears = connection_->hear(Clock::now() + kArriveWithin) == probe;
  connection_->ask("UNLISTEN " + probe);
  if (hears) also_listen(kJobsChannel);
  return hears;
}

void Listener::also_listen(const std::string& channel) {
  connection_->ask("LISTEN " + channel);
}

std::optional<std::string> Listener::wait(milliseconds at_most) {
  return connection_->hear(Clock::now() + at_most);
}

void Listener::check() {
  connection_->ask("SELECT 1");
}

}  // namespace aura::queue
