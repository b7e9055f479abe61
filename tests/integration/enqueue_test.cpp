#include <catch2/catch.hpp>
#include <csignal>

#include "fixture.h"

namespace aura::test {
namespace {

Arguments enqueue(const Arguments& more) {
  Arguments arguments{"enqueue", "--title", "Northbound", "--artist", "The Quarry Lights"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

TEST_CASE_METHOD(WithTables, "enqueue: prints one jobId a line, and inserts what a web app would") {
  const auto finished =
      run(enqueue({server.url("/a.mp3"), server.url("/b.mp3"), "--genre", "Rock"}));
  CHECK(finished.status == ExitStatus{});
  CHECK(finished.error.empty());
  const auto ids = lines(finished.output);
  REQUIRE(ids.size() == 2);
  const auto job = row(ids[1]);
  CHECK(job["status"] == "queued");
  CHECK(job["progress"] == 0);
  CHECK(job["trackTitle"] == "Northbound");
  CHECK(job["artistName"] == "The Quarry Lights");
  CHECK(job["genre"] == "Rock");
  CHECK(job["audioUrl"] == server.url("/b.mp3"));
  CHECK(job["lyricsText"].is_null());
  CHECK(job["hitFactor"].is_null());
  CHECK(job["completedAt"].is_null());
}

TEST_CASE_METHOD(WithTables, "enqueue: times are UTC, whatever the server's time zone") {
  database.execute(
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET TimeZone = ''Asia/Tokyo''', "
      "current_database()); END $$");
  REQUIRE(run(enqueue({server.url("/clip.wav")})).status == ExitStatus{});
  // Ten minutes are more than a test takes and less than time zones differ by.
  CHECK(
      database.value("SELECT bool_and(t BETWEEN (now() AT TIME ZONE 'UTC') - interval '10 minutes' "
                     "AND now() AT TIME ZONE 'UTC') FROM (SELECT unnest(ARRAY[\"createdAt\", "
                     "\"updatedAt\"]) AS t FROM \"AuraAnalysis\") AS times") == "t");
}

TEST_CASE_METHOD(WithTables,
                 "enqueue: --wait follows the jobs in plain lines and ends with the results") {
  server.serve("/text.mp3", ok("this is no music at all\n"));
  auto worker = start({"worker"});
  SECTION("all well") {
    const auto finished =
        run(enqueue({"--wait", server.url("/clip.wav"), server.url("/clip.wav")}));
    CHECK(finished.status == ExitStatus{});
    CHECK(finished.error.empty());
    CHECK(!contains(finished.output, "\x1b"));
    CHECK(!contains(finished.output, "\r"));
    const auto shown = lines(finished.output);
    REQUIRE(shown.size() >= 7);  // two jobIds, two endings, a blank, the table's three
    CHECK(contains(finished.output, shown[0] + " completed\n"));
    CHECK(contains(finished.output, shown[1] + " completed\n"));
    CHECK(contains(shown[shown.size() - 3], "HIT"));
    CHECK(contains(shown.back(), "Northbound"));
  }
  SECTION("one fails") {
    const auto finished =
        run(enqueue({"--wait", server.url("/clip.wav"), server.url("/text.mp3")}));
    CHECK(finished.status == ExitStatus{1, 0});
    const auto shown = lines(finished.output);
    REQUIRE(shown.size() >= 7);
    CHECK(contains(finished.output, shown[1] + " failed: "));
    CHECK(contains(shown.back(), "failed"));
  }
  worker.kill(SIGTERM);
  CHECK(worker.wait() == ExitStatus{});
}

TEST_CASE_METHOD(WithTables,
                 "enqueue: what a worker would refuse is refused, and nothing is inserted") {
  for (const std::string url : {"", "null", "file:///etc/passwd", "ftp://host/a.mp3",
                                "http://host/a\nb", "http://user:SECRET@host/a.mp3"}) {
    CAPTURE(url);
    const auto finished = run(enqueue({server.url("/clip.wav"), url}));
    CAPTURE(finished.error);
    CHECK(finished.status == ExitStatus{2, 0});
    CHECK(finished.output.empty());
    CHECK(contains(finished.error, "the audio link "));
    CHECK(!contains(finished.error, "SECRET"));
  }
  const auto title = run({"enqueue", server.url("/a"), "--title", "\xff", "--artist", "A"});
  CHECK(title.status == ExitStatus{2, 0});
  CHECK(contains(title.error, "--title: not valid UTF-8"));
  CHECK(count("queued") == 0);
}

}  // namespace aura::test
