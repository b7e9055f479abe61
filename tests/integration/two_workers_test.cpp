#include <catch2/catch.hpp>

#include "fixture.h"

namespace aura::test {

TEST_CASE_METHOD(WithTables, "two workers: 200 jobs are shared, each is completed, none twice") {
  constexpr int kJobs = 200;
  database.execute(
      "CREATE TABLE public.completion (id text); "
      "CREATE FUNCTION public.note_completion() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN INSERT INTO public.completion VALUES (NEW.\"id\"); RETURN NEW; END $$; "
      "CREATE TRIGGER note_completion AFTER UPDATE ON \"AuraAnalysis\" FOR EACH ROW "
      "WHEN (NEW.\"status\" = 'completed') EXECUTE FUNCTION public.note_completion()");
  for (int i = 0; i < kJobs; ++i) {
    const auto n = std::to_string(i);
    insert_path("job" + n, "/clip.wav?" + n);  // no two share a download
  }
  auto first = start({"worker", "--drain"});
  auto second = start({"worker", "--drain"});
  CHECK(first.wait() == ExitStatus{});
  CHECK(second.wait() == ExitStatus{});

  CHECK(count("completed") == kJobs);
  CHECK(database.value("SELECT count(*) || ' ' || count(DISTINCT id) FROM public.completion") ==
        "200 200");
  CHECK(database.value("SELECT count(*) || ' ' || count(DISTINCT job_id) FROM aura.run WHERE state "
                       "= 'completed'") == "200 200");
  CHECK(database.value("SELECT count(*) FROM aura.run") == "200");
  CHECK(database.value("SELECT count(DISTINCT worker_id) FROM aura.run") == "2");
  CHECK(server.requests("/clip.wav").size() == 200);
}

}  // namespace aura::test
