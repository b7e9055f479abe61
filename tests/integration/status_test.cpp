#include <catch2/catch.hpp>

#include "fixture.h"

namespace aura::test {
namespace {

/// Two completed jobs, a failed one, and one that waits.
class Status : public WithTables {
 public:
  Status() {
    insert_path("done");
    insert_path("done too");
    insert_path("missing", "/nothing.mp3");
    drain();
    insert_path("waiting");
  }
};

}  // namespace

TEST_CASE_METHOD(Status, "status: the queue at a glance") {
  const auto text = run({"status"});
  CHECK(text.status == ExitStatus{});
  CHECK(text.error.empty());
  CHECK(contains(text.output, "queued      1  (the oldest has waited "));
  CHECK(contains(text.output, "processing  0\n"));
  CHECK(contains(text.output, "completed   2  (2 in the last hour)\n"));
  CHECK(contains(text.output, "failed      1\n"));
  CHECK(contains(text.output, "missing"));

  const auto json = Json::parse(run({"status", "--json"}).output);
  CHECK(json["queued"] == 1);
  CHECK(json["processing"] == 0);
  CHECK(json["completed"] == 2);
  CHECK(json["failed"] == 1);
  CHECK(json["completedLastHour"] == 2);
  CHECK(json["oldestWaitingSeconds"].get<double>() >= 0);
  REQUIRE(json["lastErrors"].size() == 1);
  CHECK(json["lastErrors"][0]["jobId"] == "missing");
  CHECK(json["lastErrors"][0]["errorMessage"] == failure("missing"));
}

TEST_CASE_METHOD(Status, "status: jobs and their attempts") {
  const auto text = run({"status", "done", "missing"});
  CHECK(text.status == ExitStatus{});
  CHECK(contains(text.output, "completed, 100 %"));
  CHECK(contains(text.output, "hit factor "));
  CHECK(contains(text.output, failure("missing")));

  const auto found = lines(run({"status", "--json", "done", "missing", "waiting"}).output);
  REQUIRE(found.size() == 3);
  const auto done = Json::parse(found[0]);
  CHECK(done["jobId"] == "done");
  CHECK(done["status"] == "completed");
  CHECK(done["hitFactor"] == row("done")["hitFactor"]);
  CHECK(done["tempo"] == row("done")["fullReport"]["rhythm"]["bpm"]);
  CHECK(done["attempts"].size() == 1);
  CHECK(done["attempts"][0]["state"] == "completed");
  CHECK(Json::parse(found[1])["attempts"][0]["errorCode"] == "http_404");
  CHECK(Json::parse(found[2])["attempts"] == Json::array());
}

TEST_CASE_METHOD(Status, "status: a job that isn't there is told, and the others are shown") {
  const auto finished = run({"status", "--json", "nobody", "done"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(finished.error == "aura: there is no job nobody\n");
  CHECK(lines(finished.output).size() == 1);
}

TEST_CASE_METHOD(WithTables, "status: an empty queue has nothing to tell") {
  const auto json = Json::parse(run({"status", "--json"}).output);
  CHECK(json["queued"] == 0);
  CHECK(!json.contains("oldestWaitingSeconds"));
  CHECK(json["lastErrors"] == Json::array());
  CHECK(run({"status"}).status == ExitStatus{});
}

TEST_CASE_METHOD(WithTables, "status: jobs that are set aside are told, if there are any") {
  CHECK(!contains(run({"status"}).output, "set aside"));
  insert_path("job");
  database.execute(
      "INSERT INTO aura.set_aside (job_id, next_try, statement, reason) VALUES ('row-job', now(), "
      "'claim', 'account closed')");
  CHECK(contains(run({"status"}).output, "set aside   1  (aura doctor says why)\n"));
  CHECK(Json::parse(run({"status", "--json"}).output)["setAside"] == 1);
}

TEST_CASE_METHOD(WithTables, "status: a queue that no worker has seen yet can be shown") {
  insert_path("job");
  database.execute("DROP SCHEMA aura CASCADE");
  for (const auto& arguments : {Arguments{"status"}, Arguments{"status", "job"}}) {
    const auto finished = run(arguments);
    CAPTURE(finished.error);
    CHECK(finished.status == ExitStatus{});
    CHECK(finished.error.empty());
  }
}

}  // namespace aura::test
