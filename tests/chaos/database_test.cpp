#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <random>
#include <thread>

#include "aura/test/postgres_server.h"
#include "aura/test/seed.h"
#include "aura/test/tcp_proxy.h"
#include "chaos.h"

namespace aura::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kProcesses = 2;
/// Once the database is back, work must go on within this.
constexpr seconds kClaimWithin{15};

struct OwnServer {
  PostgresServer postgres;
};

/// On a server that no other test uses.
class ChaosOnOwnServer : public OwnServer, public Chaos {
 public:
  /// Brings the server down and up again, and the test's own session with it.
  void restart(PostgresServer::Stop how) {
    postgres.stop(how);
    postgres.start();
    database.reconnect();
  }
};

/// Behind a network that fails.
class ChaosBehindProxy : public Chaos {
 public:
  ChaosBehindProxy() {
    environment["DATABASE_URL"] = "postgresql://aura@127.0.0.1:" + std::to_string(proxy.port()) +
                                  "/" + database.value("SELECT current_database()") +
                                  "?sslmode=disable";
  }

  TcpProxy proxy{server_directory(database.url()) / ".s.PGSQL.5432"};
};

/// Waits for the rest, stops the workers, checks.
void finish(Chaos& chaos, Workers& workers, int jobs) {
  chaos.wait_until_completed(jobs);
  workers.stop();
  chaos.check_each_completed_once(jobs, {"lost"});
  // No worker died.
  CHECK(chaos.crashes() == 0);
}

std::string figures(Chaos& chaos) {
  return std::to_string(chaos.runs("lost")) + " runs lost";
}

struct Pace {
  milliseconds shortest;
  milliseconds longest;
};

/// Restarts the server so many times under load, at random times.
void restart_while_working(ChaosOnOwnServer& chaos, int restarts, Pace pace, int jobs_each) {
  const auto seed = random_seed();
  std::mt19937 random(seed);
  Workers workers(chaos, kProcesses);
  milliseconds longest{0};
  for (int i = 0; i < restarts; ++i) {
    chaos.insert_clips(jobs_each, i * jobs_each + 1);
    // The pace is the test's stimulus.
    std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<>(
        static_cast<int>(pace.shortest.count()), static_cast<int>(pace.longest.count()))(random)));
    chaos.restart(i % 2 == 0 ? PostgresServer::Stop::kImmediate : PostgresServer::Stop::kFast);
    const auto back = chaos.moment();
    // Whatever was left of the others, there is a job to claim.
    chaos.insert_clips(1, restarts * jobs_each + i + 1);
    longest = std::max(longest, chaos.first_claim_after(back));
  }
  finish(chaos, workers, restarts * (jobs_each + 1));
  CHECK(longest <= kClaimWithin);
  std::cout << "restart: seed " << seed << ", " << restarts * (jobs_each + 1) << " jobs, "
            << restarts << " restarts, first claim at most " << longest.count() << " ms after one, "
            << figures(chaos) << "\n";
}

/// Ends ten connections of the workers a second, whichever, until all jobs are done.
void terminate_while_working(Chaos& chaos, int jobs) {
  chaos.insert_clips(jobs);
  Workers workers(chaos, kProcesses);
  int terminated = 0;
  chaos.wait_until("all jobs are completed", [&] {
    if (chaos.completed() >= jobs) return true;
    std::this_thread::sleep_for(milliseconds(100));
    terminated += chaos.number(
        "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'aura' ORDER BY random() "
        "LIMIT 1) victim");
    return false;
  });
  finish(chaos, workers, jobs);
  std::cout << "terminate: " << jobs << " jobs, " << terminated << " connections ended, "
            << figures(chaos) << "\n";
}

/// Lets the workers' connections fall into a black hole, and has new ones refused after the others
/// were cut, in turns.
void fail_network(ChaosBehindProxy& chaos, int rounds, int jobs_each) {
  constexpr seconds kOutage{4};
  Workers workers(chaos, kProcesses);
  milliseconds longest{0};
  for (int round = 0; round < rounds; ++round) {
    chaos.insert_clips(jobs_each, round * jobs_each + 1);
    // Amid the work.
    chaos.wait_until_completed(round * jobs_each + jobs_each / 4);
    const bool silently = round % 2 == 0;
    chaos.proxy.set_mode(silently ? TcpProxy::Mode::kBlackHole : TcpProxy::Mode::kRefuse);
    if (!silently) chaos.proxy.cut_all();
    std::this_thread::sleep_for(kOutage);
    chaos.proxy.set_mode(TcpProxy::Mode::kPass);
    longest = std::max(longest, chaos.first_claim_after(chaos.moment()));
    chaos.wait_until_completed((round + 1) * jobs_each);
  }
  finish(chaos, workers, rounds * jobs_each);
  CHECK(longest <= kClaimWithin);
  std::cout << "network: " << rounds * jobs_each << " jobs, " << rounds
            << " outages, half of them silent, first claim at most " << longest.count()
            << " ms after one, " << figures(chaos) << "\n";
}

/// Has the server take no writes for a while, as after a failover to a standby.
void fail_over(ChaosOnOwnServer& chaos, int rounds, int jobs_each) {
  constexpr seconds kOutage{3};
  const auto set_read_only = [&](const char* value) {
    // The running sessions get it too.
    chaos.database.execute("ALTER SYSTEM SET default_transaction_read_only = " +
                           std::string(value));
    chaos.database.execute("SELECT pg_reload_conf()");
    chaos.wait_until("the server has read its settings", [&] {
      return chaos.database.value("SHOW default_transaction_read_only") == value;
    });
  };
  Workers workers(chaos, kProcesses);
  milliseconds longest{0};
  for (int round = 0; round < rounds; ++round) {
    chaos.insert_clips(jobs_each, round * jobs_each + 1);
    chaos.wait_until_completed(round * jobs_each + jobs_each / 4);
    set_read_only("on");
    std::this_thread::sleep_for(kOutage);
    set_read_only("off");
    longest = std::max(longest, chaos.first_claim_after(chaos.moment()));
    chaos.wait_until_completed((round + 1) * jobs_each);
  }
  finish(chaos, workers, rounds * jobs_each);
  CHECK(longest <= kClaimWithin);
  std::cout << "read-only: " << rounds * jobs_each << " jobs, " << rounds
            << " times, first claim at most " << longest.count() << " ms after one, "
            << figures(chaos) << "\n";
}

}  // namespace

TEST_CASE_METHOD(ChaosOnOwnServer,
                 "restart: 3 restarts of the database, and each job is completed once") {
  restart_while_working(*this, 3, {seconds(1), seconds(3)}, 200);
}

TEST_CASE_METHOD(ChaosOnOwnServer,
                 "restart: 27 restarts in ten minutes, and each job is completed once", "[long]") {
  restart_while_working(*this, 27, {seconds(5), seconds(40)}, 500);
}

TEST_CASE_METHOD(Chaos,
                 "terminate: ten connections a second end, and 500 jobs are completed once each") {
  terminate_while_working(*this, 500);
}

TEST_CASE_METHOD(Chaos,
                 "terminate: ten connections a second end, and 20,000 jobs are completed once each",
                 "[long]") {
  terminate_while_working(*this, 20'000);
}

TEST_CASE_METHOD(ChaosBehindProxy,
                 "network: 2 outages, one of them silent, and each job is completed once") {
  fail_network(*this, 2, 150);
}

TEST_CASE_METHOD(ChaosBehindProxy,
                 "network: 30 outages, half of them silent, and each job is completed once",
                 "[long]") {
  fail_network(*this, 30, 500);
}

TEST_CASE_METHOD(
    ChaosOnOwnServer,
    "read-only: while the database takes no writes workers wait, and each job is completed once") {
  fail_over(*this, 2, 150);
}

TEST_CASE_METHOD(ChaosOnOwnServer, "read-only: 50 times, and each job is completed once",
                 "[long]") {
  fail_over(*this, 50, 200);
}

}  // namespace aura::test
