// How many round trips to the database each call takes: a worker may be far from it.

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "aura/queue/operations.h"
#include "aura/queue/status.h"
#include "aura/test/far_database.h"
#include "fixture.h"

namespace aura::queue {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

struct FarQueue : Fixture {
  FarQueue() { far_queue.has_work(); }  // connects

  /// The run of a new job, claimed from nearby.
  std::int64_t running() {
    database.insert_job("job" + std::to_string(++made));
    return claim(1).at(0).run_id;
  }
  int trips(const std::function<void()>& body) { return far.trips(body); }

  test::FarDatabase far{database};
  postgres::Connection far_connection = far.connect();
  Queue far_queue{far_connection, table};
  int made = 0;
  const Failure failure{"timeout", "the host was too slow", true};
};

}  // namespace

TEST_CASE_METHOD(FarQueue, "round trips: a claim takes two, one if there is nothing to claim") {
  for (int i = 0; i < 6; ++i) database.insert_job("job" + std::to_string(i));
  const auto claim = [&](bool in_turn, std::size_t expected) {
    return trips([&] {
      CHECK(far_queue.claim({.limit = 3, .worker_id = "far", .in_turn = in_turn}).size() ==
            expected);
    });
  };
  CHECK(claim(false, 3) == 2);
  CHECK(claim(true, 3) == 2);
  CHECK(claim(false, 0) == 1);
  CHECK(claim(true, 0) == 1);
}

TEST_CASE_METHOD(FarQueue, "round trips: an ending takes one") {
  const auto ends = [&](const auto& end) {
    const auto run = running();
    return trips([&] { CHECK(end(run) == Ending::kDone); });
  };
  Result result{.recommendations_json = "[]",
                .similar_hits_json = "[]",
                .full_report_json = R"({"text":")" + std::string(100'000, 'x') + R"("})",
                .model_version = "m"};
  result.pictures_json = R"({"text":")" + std::string(100'000, 'x') + R"("})";
  CHECK(ends([&](auto run) { return far_queue.complete(run, result); }) == 1);
  CHECK(ends([&](auto run) { return far_queue.fail(run, failure); }) == 1);
  CHECK(ends([&](auto run) { return far_queue.retry(run, failure, hours(1)); }) == 1);
  CHECK(ends([&](auto run) { return far_queue.postpone(run, failure, hours(1)); }) == 1);
  database.execute("DELETE FROM \"AuraAnalysis\"");
  CHECK(ends([&](auto run) { return far_queue.excuse(run, failure); }) == 1);
  database.execute("DELETE FROM \"AuraAnalysis\"");
  CHECK(ends([&](auto run) { return far_queue.abandon(run); }) == 1);
  database.execute("DELETE FROM \"AuraAnalysis\"");
  const auto run = running();
  CHECK(trips([&] { CHECK(far_queue.release({run}) == std::vector{run}); }) == 1);
  // One more tells why.
  CHECK(trips([&] { CHECK(far_queue.complete(run, result) == Ending::kLost); }) == 2);
}

TEST_CASE_METHOD(FarQueue, "round trips: what a worker does meanwhile takes one a call") {
  const auto run = running();
  const auto takes_one = [&](const std::string& what, const std::function<void()>& call) {
    INFO(what);
    CHECK(trips(call) == 1);
  };
  takes_one("progress", [&] { CHECK(far_queue.report_progress({{run, 10}}).size() == 1); });
  takes_one("heartbeat", [&] { CHECK(far_queue.extend({run}, milliseconds(1)).size() == 1); });
  takes_one("held", [&] { CHECK(far_queue.held({run}).size() == 1); });
  takes_one("next expiry", [&] { CHECK(far_queue.next_expiry()); });
  database.execute("UPDATE aura.run SET lease_until = now() - interval '1 hour'");
  takes_one("rescue",
            [&] { CHECK(far_queue.rescue({.max_retries = 3, .max_crashes = 2}).size() == 1); });
  takes_one("no rescue", [&] { CHECK(far_queue.rescue({}).empty()); });
  takes_one("failures to write", [&] { far_queue.write_stranded(); });
  takes_one("forget", [&] { far_queue.forget_ended(); });
  takes_one("work", [&] { CHECK(far_queue.has_work()); });
  takes_one("strays", [&] { CHECK(far_queue.abandon_strays("far", {}) == 0); });
  takes_one("pictures", [&] { far_queue.prune_pictures(hours(1), 100); });
  takes_one("ping", [&] { ping(far_connection); });
  CHECK(trips([&] { CHECK(far_queue.take_back_charges({run}, 3) == 1); }) > 1);
}

TEST_CASE_METHOD(FarQueue, "round trips: a row that refuses does not keep the others from few") {
  database.insert_job("bad");
  database.insert_job("good");
  database.execute(
      "ALTER TABLE \"AuraAnalysis\" ADD CHECK (\"id\" <> 'bad' OR \"status\" <> 'processing')");
  std::vector<ClaimedJob> jobs;
  // All at once and its undoing, which rows, two for each row, four to set one aside, the end, the
  // text.
  CHECK(trips([&] { jobs = far_queue.claim({.limit = 2, .worker_id = "far"}); }) <= 14);
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].job.id == "good");
  CHECK(far_queue.take_set_aside().size() == 1);
}

}  // namespace aura::queue
