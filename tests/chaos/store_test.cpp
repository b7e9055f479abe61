#include <catch2/catch.hpp>
#include <csignal>
#include <string>

#include "aura/test/background.h"
#include "chaos.h"
#include "wav.h"

namespace aura::test {
namespace {

using std::chrono::seconds;

/// A tone that differs from those of other numbers.
std::string tone(int number) {
  const auto bytes = audio::wav(audio::WavFormat::kS16, 8000, 1,
                                audio::sine(300 + 20 * number, 0.5, 8000, 12'000));
  return {bytes.begin(), bytes.end()};
}

/// All parts but the fingerprint, which only a catalogue needs.
constexpr int kStoredParts = 8;

constexpr const char* kReports =
    "SELECT count(DISTINCT \"fullReport\"::text) FROM \"AuraAnalysis\" WHERE \"status\" = "
    "'completed'";

/// Workers that share all that they measure.
struct SharedStore : Chaos {
  SharedStore() {
    environment["CACHE"] = "all";
    environment["PICTURE_RETENTION"] = "7";
  }
};

}  // namespace

TEST_CASE_METHOD(SharedStore,
                 "store: a worker that is killed between outcome and store costs "
                 "later jobs the work, and nothing else") {
  database.execute(
      "CREATE FUNCTION public.wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$; CREATE TRIGGER gate BEFORE INSERT ON "
      "aura.measurement FOR EACH ROW EXECUTE FUNCTION public.wait_at_the_gate()");
  insert_path("first");
  {
    const OpenTransaction gate(database, "SELECT pg_advisory_xact_lock(7)");
    auto worker = start({"worker"});
    eventually("the worker stores", [&] {
      return number(
                 "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
                 "AND objid = 7") > 0;
    });
    CHECK(count("completed") == 1);
    worker.kill(SIGKILL);
    worker.wait();
  }
  eventually("the server has ended the statement", [&] {
    return number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7") == 0;
  });
  // The server may have finished the statement for its lost client, wholly.
  const auto parts = number("SELECT count(*) FROM aura.measurement");
  CHECK((parts == 0 || parts == kStoredParts));
  CHECK(number("SELECT count(*) FROM aura.job_content") == parts / kStoredParts);
  insert_path("second");
  drain();
  insert_path("third");
  CHECK(contains(drain().error, "cache=hit"));
  CHECK(number("SELECT count(*) FROM public.completion") == 3);
  CHECK(number(kReports) == 1);
  CHECK(number("SELECT count(*) FROM aura.measurement") == kStoredParts);
}

TEST_CASE_METHOD(SharedStore,
                 "store: 1,000 jobs of 20 files get their file's result, whoever dies "
                 "and whatever is pruned meanwhile") {
  constexpr int kJobs = 1000;
  constexpr int kFiles = 20;
  constexpr int kKills = 4;
  for (int i = 0; i < kFiles; ++i) server.serve("/" + std::to_string(i) + ".wav", ok(tone(i)));
  database.execute(
      "INSERT INTO public.\"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", "
      "\"trackTitle\", \"artistName\", \"audioUrl\", \"updatedAt\") SELECT 'job' || n, 'user', "
      "'job' || n, 'queued', '', '', '" +
      server.url("/") + "' || n % " + std::to_string(kFiles) +
      " || '.wav', now() FROM generate_series(1, " + std::to_string(kJobs) + ") n");
  Workers workers(*this, 3);
  int kills = 0;
  wait_until("all are completed", [&] {
    // Now and then, while others read and write the same rows.
    database.execute("DELETE FROM aura.measurement WHERE random() < 0.2");
    if (kills < kKills && completed() > kJobs / (kKills + 1) * (kills + 1)) {
      workers.kill(workers.pids().front());
      workers.replace_ended();
      ++kills;
    }
    return unfinished() == 0;
  });
  workers.stop();
  CHECK(kills == kKills);
  check_each_completed_once(kJobs, {"lost", "released"});
  CHECK(
      number("SELECT count(DISTINCT (\"audioUrl\", \"fullReport\"::text)) FROM \"AuraAnalysis\"") ==
      kFiles);
  CHECK(number("SELECT count(*) FROM aura.job_content c WHERE NOT EXISTS (SELECT FROM "
               "\"AuraAnalysis\" j WHERE j.\"id\" = c.job_id)") == 0);
}

}  // namespace aura::test
