#include "chaos.h"

#include <catch2/catch.hpp>

namespace aura::test {

Chaos::Chaos() {
  database.execute(
      "CREATE TABLE public.completion (id text); "
      "CREATE FUNCTION public.note_completion() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN INSERT INTO public.completion VALUES (NEW.\"id\"); RETURN NEW; END $$; "
      "CREATE TRIGGER note_completion AFTER UPDATE ON public.\"AuraAnalysis\" FOR EACH ROW "
      "WHEN (NEW.\"status\" = 'completed') EXECUTE FUNCTION public.note_completion()");
  environment["WORKER_THREADS"] = "2";
  environment["LEASE"] = "2";
  environment["POLL_INTERVAL"] = "0.2";
  environment["RETRY_BASE"] = "0.01";
  environment["MAX_RETRIES"] = "100";
  environment["MAX_CRASHES"] = "100";
}

void Chaos::insert_clips(int jobs) {
  database.execute(
      "INSERT INTO public.\"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", "
      "\"trackTitle\", \"artistName\", "
      "\"audioUrl\", \"updatedAt\") SELECT 'job' || n, 'user', 'job' || n, 'queued', 'Title', "
      "'Artist', '" +
      server.url("/clip.wav") + "', now() AT TIME ZONE 'UTC' FROM generate_series(1, " +
      std::to_string(jobs) + ") n");
}

int Chaos::number(const std::string& sql) {
  return std::stoi(database.value(sql));
}

void Chaos::check_each_completed_once(int jobs, const std::string& extra_state) {
  CHECK(completed() == jobs);
  CHECK(number("SELECT count(*) FROM public.completion") == jobs);
  CHECK(number("SELECT count(DISTINCT id) FROM public.completion") == jobs);
  CHECK(number("SELECT count(*) FROM aura.run") - jobs ==
        number("SELECT count(*) FROM aura.run WHERE state = '" + extra_state + "'"));
  CHECK(number("SELECT count(*) FROM aura.run WHERE state = 'running'") == 0);
  CHECK(number("SELECT count(*) FROM aura.gate") == 0);
}

}  // namespace aura::test
