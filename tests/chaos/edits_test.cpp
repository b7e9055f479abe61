#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <map>
#include <random>
#include <thread>

#include "aura/test/seed.h"
#include "chaos.h"

namespace aura::test {
namespace {

/// The pace of the editing: the test's stimulus.
constexpr std::chrono::milliseconds kEditEvery{10};
/// Edits meet the jobs that are under way and the next ones to be.
constexpr int kNear = 12;

/// The web app, which edits the rows of jobs at random while they are worked on, and knows what
/// they must come to: the workers' result, unless it has said otherwise since.
class WebApp {
 public:
  WebApp(Chaos& chaos, int jobs, std::uint32_t seed) : chaos_(chaos), random_(seed) {
    for (int i = 1; i <= jobs; ++i) expected_["job" + std::to_string(i)];
  }

  void edit() {
    const auto id = chaos_.database.value(
        "SELECT \"id\" FROM public.\"AuraAnalysis\" ORDER BY array_position(ARRAY['processing', "
        "'queued', 'completed', 'failed'], \"status\"), \"createdAt\", \"id\" LIMIT 1 OFFSET " +
        std::to_string(std::uniform_int_distribution<>(0, kNear - 1)(random_)));
    if (id.empty()) return;
    auto& job = expected_.at(id);
    switch (std::discrete_distribution<>({1, 3, 3, 2})(random_)) {
      case 0:
        chaos_.database.execute("DELETE FROM public.\"AuraAnalysis\" WHERE \"id\" = '" + id + "'");
        job.is_deleted = true;
        break;
      case 1:
        job.title = "Title " + std::to_string(random_());
        update(id, "\"trackTitle\" = '" + job.title + "'");
        break;
      case 2:
        update(id, "\"status\" = 'queued', \"progress\" = 0");
        job.is_failed = false;
        ++job.starts;
        break;
      case 3:
        update(id, "\"status\" = 'failed', \"errorMessage\" = 'by hand'");
        job.is_failed = true;
        break;
    }
  }

  /// Checks the rows once nothing is left to do.
  void check() {
    for (const auto& [id, job] : expected_) {
      INFO(id);
      const auto where = " FROM public.\"AuraAnalysis\" WHERE \"id\" = '" + id + "'";
      if (job.is_deleted) {
        CHECK(chaos_.number("SELECT count(*)" + where) == 0);
        continue;
      }
      CHECK(chaos_.database.value("SELECT \"trackTitle\"" + where) == job.title);
      CHECK(chaos_.database.value("SELECT \"status\" || coalesce(': ' || \"errorMessage\", '')" +
                                  where) == (job.is_failed ? "failed: by hand" : "completed"));
      // Each start leads to one result at most, and what must read completed has one.
      const auto completions =
          chaos_.number("SELECT count(*) FROM public.completion WHERE id = '" + id + "'");
      CHECK(completions <= job.starts);
      CHECK((job.is_failed || completions >= 1));
    }
  }

 private:
  struct Expected {
    bool is_deleted = false;
    bool is_failed = false;  ///< by hand, and not set back to queued since
    std::string title = "Title";
    int starts = 1;
  };

  void update(const std::string& id, const std::string& set) {
    chaos_.database.execute("UPDATE public.\"AuraAnalysis\" SET " + set +
                            ", \"updatedAt\" = now() AT TIME ZONE 'UTC' WHERE \"id\" = '" + id +
                            "'");
  }

  Chaos& chaos_;
  std::mt19937 random_;
  std::map<std::string, Expected> expected_;
};

void edit_while_working(Chaos& chaos, int jobs, int edits) {
  const auto seed = random_seed();
  // Every third request fails and is tried again, so that edits meet jobs that wait for that too.
  chaos.environment["RETRY_BASE"] = "0.2";
  std::atomic<int> requests{0};
  chaos.server.handle("/clip.wav", [&](const Request&) {
    return ++requests % 3 == 0 ? reply(503, "busy") : ok(clip());
  });
  chaos.insert_clips(jobs);
  WebApp web_app(chaos, jobs, seed);
  Workers workers(chaos, 2);
  for (int i = 0; i < edits; ++i) {
    std::this_thread::sleep_for(kEditEvery);
    web_app.edit();
  }
  chaos.wait_until("nothing is left to do", [&] { return chaos.unfinished() == 0; });
  workers.stop();
  web_app.check();
  CHECK(chaos.runs("running") == 0);
  CHECK(chaos.number("SELECT count(*) FROM aura.run WHERE state NOT IN "
                     "('completed', 'retrying', 'cancelled', 'superseded')") == 0);
  // Gates of jobs that waited for another attempt when they were deleted or ended by hand go when a
  // worker looks for them, which each does at its start.
  const int gates = chaos.number("SELECT count(*) FROM aura.gate");
  chaos.drain();
  CHECK(chaos.number("SELECT count(*) FROM aura.gate") == 0);
  std::cout << "edits: seed " << seed << ", " << jobs << " jobs, " << edits << " edits, "
            << chaos.runs("cancelled") << " runs cancelled, " << chaos.runs("superseded")
            << " superseded, " << gates << " gates left\n";
}

}  // namespace

TEST_CASE_METHOD(Chaos, "edits: 600 by the web app amid the work, and each row ends as it must") {
  edit_while_working(*this, 300, 600);
}

TEST_CASE_METHOD(Chaos, "edits: 30,000 by the web app amid the work, and each row ends as it must",
                 "[long]") {
  edit_while_working(*this, 5000, 30'000);
}

}  // namespace aura::test
