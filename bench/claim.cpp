// How long a claim takes on a small and on a large jobs table, in turns, in one run.
//
//   aura-bench-claim DATABASE_URL QUEUED FINISHED
//
// Fills two tables of the database, which must be empty: one with 1,000 queued rows, one with
// QUEUED and FINISHED completed ones; claims batches of 8 from either in turn; prints the medians
// and their ratio.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "aura/postgres/migrations.h"
#include "aura/queue/aids.h"
#include "aura/queue/queue.h"

namespace {

using namespace aura::queue;
using Clock = std::chrono::steady_clock;

constexpr int kRounds = 100;
constexpr int kBatch = 8;
constexpr int kSmall = 1000;
constexpr int kUsers = 100;

void insert(pqxx::connection& connection, const QueueTable& table, const std::string& status,
            const std::string& rows) {
  pqxx::nontransaction(connection)
      .exec("INSERT INTO " + table.quoted +
            " (\"id\", \"userId\", \"jobId\", \"status\", \"trackTitle\", \"artistName\", "
            "\"audioUrl\", \"createdAt\", \"updatedAt\") SELECT '" +
            status + "' || n, 'user' || n % " + std::to_string(kUsers) + ", '" + status +
            "' || n, '" + status +
            "', 'Title', 'Artist', 'http://h/', now() + n * interval '1 ms', now() "
            "FROM generate_series(1, " +
            rows + ") n");
}

QueueTable make(aura::postgres::Connection& connection, pqxx::connection& filler,
                const std::string& name, const std::string& queued, const std::string& finished) {
  create_queue_table(connection, name);
  const auto table = find_queue_table(connection, name);
  insert(filler, table, "completed", finished);
  insert(filler, table, "queued", queued);
  ensure_aids(connection, table, true);
  pqxx::nontransaction(filler).exec("VACUUM ANALYZE " + table.quoted);
  return table;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

/// Milliseconds of one claim, whose jobs are completed afterwards.
double claim_ms(Queue& queue, bool in_turn) {
  const auto start = Clock::now();
  const auto jobs = queue.claim({.limit = kBatch, .worker_id = "bench", .in_turn = in_turn});
  const std::chrono::duration<double, std::milli> taken = Clock::now() - start;
  if (jobs.size() != kBatch) throw std::runtime_error("a claim found too little");
  for (const auto& job : jobs) queue.fail(job.run_id, {"bench", "done with", false});
  return taken.count();
}

void compare(const char* what, Queue& small, Queue& large, bool in_turn) {
  std::vector<double> small_ms, large_ms;
  for (int round = 0; round < kRounds / 2; ++round) {
    small_ms.push_back(claim_ms(small, in_turn));
    large_ms.push_back(claim_ms(large, in_turn));
  }
  std::printf("| %s | %.2f | %.2f | %.2f |\n", what, median(small_ms), median(large_ms),
              median(large_ms) / median(small_ms));
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) throw std::runtime_error("usage: aura-bench-claim DATABASE_URL QUEUED FINISHED");
  aura::postgres::Connection connection(aura::postgres::parse_database_url(argv[1]));
  pqxx::connection filler(argv[1]);
  migrate(connection);
  const auto small = make(connection, filler, "public.small", std::to_string(kSmall), "0");
  const auto large = make(connection, filler, "public.large", argv[2], argv[3]);
  Queue from_small(connection, small);
  Queue from_large(connection, large);
  std::printf(
      "| ms to claim %d jobs | 1,000 queued | %s queued, %s finished | ratio |\n"
      "|---|---:|---:|---:|\n",
      kBatch, argv[2], argv[3]);
  compare("oldest first", from_small, from_large, false);
  compare("in turn, 100 users", from_small, from_large, true);
} catch (const std::exception& error) {
  std::fprintf(stderr, "aura-bench-claim: %s\n", error.what());
  return 1;
}
