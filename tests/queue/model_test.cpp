#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <iomanip>
#include <iostream>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "aura/queue/aids.h"
#include "aura/queue/operations.h"
#include "aura/test/seed.h"
#include "fixture.h"
#include "model.h"

namespace aura::queue {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

/// Few, so that the moves meet each other.
constexpr std::size_t kMostRows = 12;
constexpr int kWorkers = 3;
constexpr int kUsers = 4;
constexpr int kCompareAllEvery = 500;
/// How many of the last moves a failure tells.
constexpr std::size_t kTold = 40;
/// Of how many of the last runs late writes come.
constexpr std::size_t kLateRuns = 50;
/// No lease and no wait ends by itself during a test.
constexpr hours kLong{1000};
constexpr int kMaxRetries = 4;
constexpr int kMaxCrashes = 3;

/// A job in one line, as Model::describe() writes it.
constexpr const char* kDescribe = R"sql(
SELECT string_agg(line, E'\n' ORDER BY id) FROM (
  SELECT t.id, concat(t.id, ': ',
    CASE WHEN j."id" IS NULL THEN 'no row' ELSE concat_ws(' ', j."status", j."progress", CASE
      WHEN j."errorMessage" IS NULL THEN '-'
      WHEN j."errorMessage" LIKE '%stopped its worker%' THEN 'crashed out'
      WHEN j."errorMessage" LIKE '%no attempt is left%' THEN 'tried out'
      ELSE j."errorMessage" END, CASE WHEN j."completedAt" IS NOT NULL THEN 'ended' END) END, ' | ',
    CASE WHEN g.job_id IS NULL THEN 'no gate' ELSE concat_ws(' ', g.attempts, 'attempts', g.crashes, 'crashes',
      CASE WHEN g.not_before > now() THEN 'waits' END,
      CASE WHEN g.reserved_until > now() THEN 'for ' || g.reserved_by END) END,
    (SELECT string_agg(concat(' | ', concat_ws(' ', r.id, r.attempt, r.worker_id, r.state,
        CASE WHEN r.state = 'running' AND r.lease_until < now() THEN 'expired' END,
        CASE WHEN r.charged_crashes IS NOT NULL THEN 'charged ' || r.charged_crashes END)), '' ORDER BY r.id)
     FROM aura.run r WHERE r.job_id = t.id)) AS line
  FROM unnest(ARRAY[%IDS%]::text[]) AS t (id)
  LEFT JOIN "AuraAnalysis" j ON j."id" = t.id
  LEFT JOIN aura.gate g ON g.job_id = t.id) lines
)sql";

/// Jobs that have anything in the database but aren't these.
constexpr const char* kOthers = R"sql(
SELECT string_agg(id, ' ') FROM (
  SELECT "id" AS id FROM "AuraAnalysis" UNION SELECT job_id FROM aura.gate UNION SELECT job_id FROM aura.run) ids
WHERE id <> ALL (ARRAY[%IDS%]::text[])
)sql";

/// Makes random moves both in a database and in the model, and compares after each.
class Player {
 public:
  explicit Player(std::uint32_t seed) : random_(seed) {
    ensure_aids(fixture_.connection, fixture_.table, false);
    for (int i = 0; i < kWorkers; ++i) {
      workers_.push_back(std::make_unique<Worker>(fixture_, "w" + std::to_string(i)));
    }
  }

  /// Throws std::runtime_error with the last moves where the two part.
  void play(int steps) try {
    std::vector<int> weights;
    for (const auto& move : kMoves) weights.push_back(move.weight);
    std::discrete_distribution<std::size_t> any_move(weights.begin(), weights.end());
    for (int step = 1; step <= steps; ++step) {
      const auto& move = kMoves[any_move(random_)];
      touched_.clear();
      told_.push_back(std::to_string(step) + " " + move.name);
      if (told_.size() > kTold) told_.pop_front();
      (this->*move.make)();
      if (!touched_.empty()) compare({touched_.begin(), touched_.end()});
      if (step % kCompareAllEvery == 0) compare_all();
    }
  } catch (const std::exception& error) {
    std::string moves;
    for (const auto& move : told_) moves += move + "\n";
    throw std::runtime_error(moves + error.what());
  }

 private:
  struct Move {
    const char* name;
    int weight;
    void (Player::*make)();
  };
  static const std::vector<Move> kMoves;

  /// With a connection of its own.
  struct Worker {
    Worker(const Fixture& fixture, std::string its_name)
        : name(std::move(its_name)),
          connection(fixture.database.connect()),
          queue(connection, fixture.table) {}
    std::string name;
    postgres::Connection connection;
    Queue queue;
  };

  // What a move is about.

  int any(int from, int to) { return std::uniform_int_distribution<>(from, to)(random_); }

  template <typename Container>
  typename Container::value_type& any_of(Container& container) {
    return container[static_cast<std::size_t>(any(0, static_cast<int>(container.size()) - 1))];
  }

  Worker& any_worker() { return *any_of(workers_); }

  /// Mostly one that is running; else one of the last, which may have ended or been pruned.
  /// Nothing before the first.
  std::optional<std::int64_t> any_run() {
    auto running = model_.running();
    if (runs_.empty()) return std::nullopt;
    return tell(running.empty() || any(0, 3) == 0 ? any_of(runs_) : any_of(running));
  }

  std::vector<std::int64_t> any_runs() {
    std::set<std::int64_t> runs;
    for (int i = any(1, 4); i > 0; --i) {
      if (const auto run = any_run()) runs.insert(*run);
    }
    return {runs.begin(), runs.end()};
  }

  std::optional<std::string> any_row() {
    auto rows = model_.rows();
    if (rows.empty()) return std::nullopt;
    return tell(any_of(rows));
  }

  const std::string& tell(const std::string& job_id) {
    touched_.insert(job_id);
    told_.back() += " " + job_id;
    return job_id;
  }

  std::int64_t tell(std::int64_t run_id) {
    touched_.insert(model_.job_of(run_id));
    told_.back() += " run " + std::to_string(run_id);
    return run_id;
  }

  // Comparing.

  template <typename Value>
  void same(const char* what, const Value& found, const Value& expected) {
    if (found == expected) return;
    throw std::runtime_error(std::string(what) + ": expected " +
                             Catch::Detail::stringify(expected) + ", found " +
                             Catch::Detail::stringify(found));
  }

  static std::string with_ids(std::string sql, const std::vector<std::string>& job_ids) {
    std::string list;
    for (const auto& id : job_ids) list += (list.empty() ? "'" : ",'") + id + "'";
    return sql.replace(sql.find("%IDS%"), 5, list);
  }

  void compare(const std::vector<std::string>& job_ids) {
    std::string expected;
    for (const auto& id : job_ids) expected += (expected.empty() ? "" : "\n") + model_.describe(id);
    const auto found = fixture_.database.value(with_ids(kDescribe, job_ids));
    if (found != expected) throw std::runtime_error("expected\n" + expected + "\nfound\n" + found);
  }

  /// The tables as a whole. What has ended is pruned then, so that they stay small.
  void compare_all() {
    const auto all = [&] {
      const auto job_ids = model_.all();
      same("jobs that there should not be", fixture_.database.value(with_ids(kOthers, job_ids)),
           std::string());
      compare(job_ids);
    };
    all();
    same("has_work", any_worker().queue.has_work(), model_.has_work());
    any_worker().queue.forget_ended();
    same("prune", any_worker().queue.prune(hours(0), 1'000'000), model_.prune());
    all();
  }

  // The web app's moves.

  void update(const std::string& job_id, const std::string& set) {
    fixture_.database.execute("UPDATE \"AuraAnalysis\" SET " + set + " WHERE \"id\" = '" + job_id +
                              "'");
  }

  void insert() {
    if (model_.rows().size() >= kMostRows) return;
    std::ostringstream id;
    id << "job" << std::setw(7) << std::setfill('0') << ++inserted_;
    const auto user = "user" + std::to_string(any(1, kUsers));
    fixture_.database.insert_job(tell(id.str()));
    update(id.str(), "\"userId\" = '" + user + "'");
    model_.insert(id.str(), user);
  }

  void erase() {
    const auto row = any_row();
    if (!row) return;
    fixture_.database.execute("DELETE FROM \"AuraAnalysis\" WHERE \"id\" = '" + *row + "'");
    model_.erase(*row);
  }

  void set_queued() { set_status("queued"); }
  void set_failed() { set_status("failed"); }
  void set_status(const std::string& status) {
    const auto row = any_row();
    if (!row) return;
    update(*row, "\"status\" = '" + status + "'");
    model_.set_status(*row, status);
  }

  // Time passes.

  void expire() {
    const auto run = any_run();
    if (!run) return;
    fixture_.database.execute(
        "UPDATE aura.run SET lease_until = now() - interval '1 second' WHERE id = " +
        std::to_string(*run) + " AND state = 'running'");
    model_.expire(*run);
  }

  void make_due() {
    const auto row = any_row();
    if (!row) return;
    fixture_.database.execute("UPDATE aura.gate SET not_before = now() WHERE job_id = '" + *row +
                              "'");
    model_.make_due(*row);
  }

  void end_reservation() {
    const auto row = any_row();
    if (!row) return;
    fixture_.database.execute(
        "UPDATE aura.gate SET reserved_until = now() - interval '1 second' WHERE job_id = '" +
        *row + "'");
    model_.end_reservation(*row);
  }

  // The workers' moves.

  void claim_oldest() { claim(false); }
  void claim_in_turn() { claim(true); }
  void claim(bool in_turn) {
    auto& worker = any_worker();
    const int limit = any(1, 5);
    const bool is_idle = any(0, 1) == 0;
    auto expected = model_.claimable(limit, in_turn);
    const auto suspect = model_.suspect(worker.name);
    if (!suspect.empty()) {
      expected.clear();
      if (is_idle) {
        expected.push_back(suspect);
      } else {
        model_.reserve(tell(suspect), worker.name);
      }
    }
    const auto claimed = worker.queue.claim({.limit = limit,
                                             .worker_id = worker.name,
                                             .lease = kLong,
                                             .in_turn = in_turn,
                                             .is_idle = is_idle});
    same("has_reserved", worker.queue.has_reserved(), !suspect.empty() && !is_idle);
    std::vector<std::string> found;
    for (const auto& job : claimed) found.push_back(job.job.id);
    same("claimed", found, expected);
    for (const auto& job : claimed) {
      same("attempt", job.attempt, model_.start(job.job.id, job.run_id, worker.name));
      if (in_turn) model_.note_turn(job.job.id, job.run_id);
      tell(job.run_id);
      runs_.push_back(job.run_id);
      if (runs_.size() > kLateRuns) runs_.pop_front();
    }
  }

  void extend() {
    const auto runs = any_runs();
    same("extend", any_worker().queue.extend(runs, kLong), model_.extend(runs));
  }

  void report_progress() {
    std::vector<ProgressReport> reports;
    std::vector<std::int64_t> expected;
    for (const auto run : any_runs()) {
      reports.push_back({run, any(0, 100)});
      if (model_.report_progress(run, reports.back().percent)) expected.push_back(run);
    }
    same("report_progress", any_worker().queue.report_progress(reports), expected);
  }

  void complete() {
    if (const auto run = any_run()) {
      const Result result{.recommendations_json = "[]",
                          .similar_hits_json = "[]",
                          .full_report_json = "{}",
                          .model_version = "AURA-v2.1"};
      same("complete", any_worker().queue.complete(*run, result), model_.complete(*run));
    }
  }

  void retry() {
    if (const auto run = any_run()) {
      const bool is_due = any(0, 1) == 0;
      same("retry",
           any_worker().queue.retry(*run, {"timeout", "too slow", true},
                                    is_due ? milliseconds(0) : milliseconds(kLong)),
           model_.retry(*run, is_due));
    }
  }

  void fail() {
    if (const auto run = any_run()) {
      same("fail", any_worker().queue.fail(*run, {"not_audio", "no audio", false}),
           model_.fail(*run, "no audio"));
    }
  }

  void excuse() {
    if (const auto run = any_run()) {
      same("excuse", any_worker().queue.excuse(*run, {"no_space", "no room", true}),
           model_.excuse(*run));
    }
  }

  void release() {
    const auto runs = any_runs();
    same("release", any_worker().queue.release(runs), model_.release(runs));
  }

  void abandon() {
    if (const auto run = any_run()) {
      same("abandon", any_worker().queue.abandon(*run), model_.abandon(*run));
    }
  }

  void abandon_strays() {
    auto& worker = any_worker();
    const auto known = any_runs();
    for (const auto run : model_.running()) touched_.insert(model_.job_of(run));
    same("abandon_strays", worker.queue.abandon_strays(worker.name, known),
         model_.abandon_strays(worker.name, known));
  }

  void rescue() {
    const auto describe = [&](std::vector<Queue::Rescued> rescued) {
      std::sort(rescued.begin(), rescued.end(),
                [](const auto& one, const auto& other) { return one.run_id < other.run_id; });
      std::string text;
      for (const auto& run : rescued) {
        text += std::to_string(tell(run.run_id)) + " " + run.job_id + " " + run.worker_id + " " +
                std::to_string(run.crashes) + (run.failed ? " failed, " : ", ");
      }
      return text;
    };
    for (const auto run : model_.running()) touched_.insert(model_.job_of(run));
    const bool charges_nothing = any(0, 3) == 0;
    same("rescue",
         describe(any_worker().queue.rescue({.max_retries = kMaxRetries,
                                             .max_crashes = kMaxCrashes,
                                             .charges_nothing = charges_nothing})),
         describe(model_.rescue(kMaxRetries, kMaxCrashes, charges_nothing)));
  }

  void take_back_charges() {
    const auto runs = any_runs();
    same("take_back_charges", any_worker().queue.take_back_charges(runs, kMaxRetries),
         model_.take_back_charges(runs, kMaxRetries));
  }

  // The operators' moves.

  void cancel_a_job() {
    if (const auto row = any_row()) {
      auto& connection = any_worker().connection;
      same("cancel_job", cancel_job(connection, fixture_.table, *row), model_.cancel_job(*row));
    }
  }

  void retry_a_job() {
    if (const auto row = any_row()) {
      auto& connection = any_worker().connection;
      same("retry_job", retry_job(connection, fixture_.table, *row), model_.retry_job(*row));
    }
  }

  void retry_all_failed() {
    auto found = retry_failed_jobs(any_worker().connection, fixture_.table).job_ids;
    std::sort(found.begin(), found.end());
    same("retry_failed_jobs", found, model_.retry_failed_jobs());
    for (const auto& id : found) tell(id);
  }

  Fixture fixture_;
  std::vector<std::unique_ptr<Worker>> workers_;
  Model model_;
  std::mt19937 random_;
  std::set<std::string> touched_;
  std::deque<std::string> told_;
  std::deque<std::int64_t> runs_;
  int inserted_ = 0;
};

const std::vector<Player::Move> Player::kMoves{
    {"insert", 12, &Player::insert},
    {"delete", 3, &Player::erase},
    {"set queued", 5, &Player::set_queued},
    {"set failed", 3, &Player::set_failed},
    {"expire", 8, &Player::expire},
    {"make due", 6, &Player::make_due},
    {"claim", 14, &Player::claim_oldest},
    {"claim in turn", 6, &Player::claim_in_turn},
    {"extend", 5, &Player::extend},
    {"report_progress", 8, &Player::report_progress},
    {"complete", 10, &Player::complete},
    {"retry", 8, &Player::retry},
    {"fail", 4, &Player::fail},
    {"release", 4, &Player::release},
    {"excuse", 2, &Player::excuse},
    {"abandon", 2, &Player::abandon},
    {"abandon_strays", 1, &Player::abandon_strays},
    {"rescue", 6, &Player::rescue},
    {"take_back_charges", 2, &Player::take_back_charges},
    {"end a reservation", 3, &Player::end_reservation},
    {"cancel_job", 3, &Player::cancel_a_job},
    {"retry_job", 4, &Player::retry_a_job},
    {"retry_failed_jobs", 1, &Player::retry_all_failed},
};

/// Two games at once, on databases of their own: a step is mostly a wait for the server.
void play_games(int steps) {
  constexpr std::uint32_t kGames = 2;
  const auto seed = test::random_seed();
  std::vector<std::string> failures(kGames);
  {
    std::vector<std::jthread> games;
    for (std::uint32_t game = 0; game < kGames; ++game) {
      games.emplace_back([&, game] {
        try {
          Player(seed + game).play(steps / static_cast<int>(kGames));
        } catch (const std::exception& error) {
          failures[game] = error.what();
        }
      });
    }
  }
  for (const auto& failure : failures) {
    INFO("AURA_TEST_SEED=" << seed << " plays it again. The last moves:\n" << failure);
    CHECK(failure.empty());
  }
  std::cout << "model: seed " << seed << ", " << steps << " steps\n";
}

}  // namespace

TEST_CASE("model: over 30,000 random moves the queue and its model stay the same") {
  play_games(30'000);
}

TEST_CASE("model: over 3,000,000 random moves the queue and its model stay the same", "[long]") {
  play_games(3'000'000);
}

}  // namespace aura::queue
