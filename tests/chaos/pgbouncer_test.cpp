#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "aura/test/postgres_server.h"
#include "chaos.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;
constexpr int kProcesses = 2;

/// With a PgBouncer between the workers and the server.
class Pooled : public Chaos {
 public:
  /// `pool` connections to the server.
  void start_pooler(const std::string& mode, int pool) {
    // It refuses to run as root, and its own account must get here.
    fs::permissions(folder(), fs::perms::all);
    const auto settings = write(
        "pgbouncer.ini",
        "[databases]\n* = host=" + server_directory(database.url()).string() +
            " user=aura\n[pgbouncer]\nlisten_addr =\nlisten_port = 6432\nunix_socket_dir = " +
            folder().string() + "\nauth_type = any\nmax_client_conn = 200\npool_mode = " + mode +
            "\ndefault_pool_size = " + std::to_string(pool) + "\n");
    Arguments arguments{AURA_PGBOUNCER};
    if (geteuid() == 0) arguments.insert(arguments.end(), {"-u", "postgres"});
    arguments.push_back(settings);
    pooler_ = std::make_unique<Process>(arguments);
    pooler_->wait_for_error("process up");
    // No worker dies here: on a busy machine none must be taken for dead.
    environment["LEASE"] = "10";
    environment["DATABASE_URL"] = "postgresql://aura@/" +
                                  database.value("SELECT current_database()") +
                                  "?host=" + folder().string() + "&port=6432";
  }

 private:
  std::unique_ptr<Process> pooler_;
};

/// Works through the pooler, and operates through it meanwhile.
void work_through_pooler(Pooled& chaos, const std::string& mode, int pool, int jobs) {
  chaos.start_pooler(mode, pool);
  chaos.insert_clips(jobs);
  const auto operate = [&](const Arguments& arguments) {
    const auto finished = chaos.run(arguments);
    INFO(arguments[0] << ": " << finished.error);
    CHECK(finished.status == ExitStatus{});
    return finished.output;
  };
  const auto last = "job" + std::to_string(jobs);
  operate({"cancel", last});
  CHECK(chaos.failure(last) == "cancelled");

  const auto start = chaos.moment();
  Workers workers(chaos, kProcesses);
  const auto claimed = chaos.first_claim_after(start);
  CHECK(contains(operate({"status"}), "queued"));
  operate({"retry", last});
  CHECK(contains(operate({"status", last}), last));
  chaos.wait_until_completed(jobs);
  workers.stop();
  chaos.check_each_completed_once(jobs, {});
  for (const auto& line : lines(workers.logs())) {
    INFO(line);
    CHECK(!contains(line, " ERROR "));
    CHECK(!contains(line, "prepared statement"));
  }
  std::cout << "pooler: " << jobs << " jobs in " << mode << " mode over " << pool
            << " connections, first claim " << claimed.count() << " ms after the start\n";
}

/// Each worker of two threads holds several sessions for good.
constexpr int kSessions = 20;
/// Fewer than the workers have threads that talk to the database.
constexpr int kTransactions = 3;

}  // namespace

TEST_CASE_METHOD(Pooled, "pooler: in session mode 200 jobs are each completed once") {
  work_through_pooler(*this, "session", kSessions, 200);
}

TEST_CASE_METHOD(Pooled, "pooler: in transaction mode 200 jobs are each completed once") {
  work_through_pooler(*this, "transaction", kTransactions, 200);
}

TEST_CASE_METHOD(
    Pooled, "pooler: a limit that cuts off an index is told, and past the pooler there is none") {
  database.execute(
      "INSERT INTO \"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", \"trackTitle\", "
      "\"artistName\", \"audioUrl\", \"createdAt\", \"updatedAt\") SELECT i, 'u', i, 'queued', "
      "'t', 'a', "
      "'http://h/', now() - random() * interval '1 year', now() FROM generate_series(1, 200000) i");
  database.execute("ALTER DATABASE " + database.value("SELECT current_database()") +
                   " SET statement_timeout = '50ms'");
  start_pooler("transaction", kTransactions);
  const auto indexes = [&] {
    return database.value(
        "SELECT coalesce(string_agg(indisvalid::text, ' '), 'none') FROM pg_index WHERE indexrelid "
        "= "
        "to_regclass('\"AuraAnalysis_aura_claim_idx\"')");
  };

  const auto migrate = run({"migrate"});
  CHECK(migrate.status == ExitStatus{});
  CHECK(contains(migrate.output, "made the trigger that wakes workers"));
  CHECK(contains(migrate.output, "ready: jobs in"));
  CHECK(contains(migrate.error, "a time limit ended the building of the index for claiming"));
  CHECK(contains(migrate.error, "statement_timeout is 50ms"));
  CHECK(indexes() == "none");
  const auto doctor = run({"doctor"});
  CHECK(doctor.status == ExitStatus{});
  CHECK(contains(doctor.output, "a limit may cut off its building: statement_timeout is 50ms"));
  CHECK(contains(doctor.output, "SET statement_timeout = 0"));
  {
    auto worker = start({"worker"});
    worker.wait_for_error("tries again in an hour");
    worker.kill(SIGKILL);
    worker.wait();
  }
  CHECK(indexes() == "none");

  environment["DIRECT_URL"] = database.url();
  CHECK(contains(run({"migrate"}).output, "made the index for claiming"));
  CHECK(indexes() == "true");
  CHECK(!contains(run({"doctor"}).output, "limit"));
}

TEST_CASE_METHOD(Pooled, "pooler: in transaction mode 20,000 jobs are each completed once",
                 "[long]") {
  work_through_pooler(*this, "transaction", kTransactions, 20'000);
}

}  // namespace aura::test
