#include <catch2/catch.hpp>
#include <csignal>
#include <memory>

#include "fixture.h"

namespace aura::test {
namespace {

/// Requires that the job failed at its first attempt, with one line that holds `part`.
void check_failed_at_once(WithTables& tables, const std::string& id, const std::string& part) {
  CAPTURE(id);
  const auto message = tables.failure(id);
  CAPTURE(message);
  CHECK(contains(message, part));
  CHECK(lines(message).size() == 1);
  CHECK(tables.attempts(id) == 1);
}

}  // namespace

TEST_CASE_METHOD(WithTables,
                 "bad jobs: links that can't be used fail at once, and the next job runs") {
  const std::map<std::string, std::pair<std::string, std::string>> links{
      {"empty", {"", "is empty"}},
      {"blank", {"   ", "is empty"}},
      {"null", {"null", "is not a URL"}},
      {"undefined", {"undefined", "is not a URL"}},
      {"file", {"file:///etc/passwd", "https:// or http://"}},
      {"ftp", {"ftp://127.0.0.1/song.mp3", "https:// or http://"}},
      {"no host", {"http:///song.mp3", "names no host"}},
      {"newline", {"http://127.0.0.1/a\nHost: evil", "control characters"}},
      {"escape", {"http://127.0.0.1/\x1b[2J", "control characters"}},
      {"password", {"http://user:pass@127.0.0.1/", "user name or a password"}},
      {"inside", {"http://169.254.169.254/latest/meta-data/", "AURA_ALLOW_HOSTS"}},
      {"other loopback", {"http://127.0.0.2/song.mp3", "not open to the public"}},
      {"long", {"http://127.0.0.1/" + std::string(100'000, 'a'), "longer than"}},
  };
  for (const auto& [id, link] : links) insert(id, link.first);
  insert_path("good");
  const auto worker = drain();
  for (const auto& [id, link] : links) check_failed_at_once(*this, id, link.second);
  CHECK(row("good")["status"] == "completed");
  CHECK(!contains(worker.error, "\x1b"));
}

TEST_CASE_METHOD(WithTables,
                 "bad jobs: files that can't be used fail at once, and the next job runs") {
  server.serve("/text.mp3", ok("this is no music at all\n"));
  server.serve("/empty.mp3", ok(""));
  server.serve("/page.mp3", ok("<!doctype html><title>Sign in</title>"));
  server.serve("/forbidden.mp3", reply(403, "<Error>AccessDenied</Error>"));
  insert_path("missing", "/nothing.mp3");
  insert_path("text", "/text.mp3");
  insert_path("empty", "/empty.mp3");
  insert_path("page", "/page.mp3");
  insert_path("forbidden", "/forbidden.mp3");
  insert_path("good");
  drain();
  check_failed_at_once(*this, "missing", "404");
  check_failed_at_once(*this, "text", "audio");
  check_failed_at_once(*this, "empty", "is empty");
  check_failed_at_once(*this, "page", "the link leads to a web page");
  check_failed_at_once(*this, "forbidden", "403");
  CHECK(row("missing")["progress"] == 0);
  CHECK(row("text")["progress"] == 10);
  CHECK(row("good")["status"] == "completed");
}

TEST_CASE_METHOD(WithTables, "bad jobs: what may pass is tried again") {
  int asked = 0;
  server.handle("/flaky.wav",
                [&](const Request&) { return asked++ == 0 ? reply(500, "") : ok(clip()); });
  insert_path("flaky", "/flaky.wav");
  drain();
  CHECK(row("flaky")["status"] == "completed");
  CHECK(row("flaky")["errorMessage"].is_null());
  CHECK(attempts("flaky") == 2);
  CHECK(database.value("SELECT error->>'code' FROM aura.run ORDER BY id LIMIT 1") == "http_500");
}

TEST_CASE_METHOD(WithTables, "bad jobs: retries are counted after the first attempt, and end") {
  server.serve("/down.wav", reply(503, ""));
  insert_path("down", "/down.wav");
  insert("refused", "http://127.0.0.1:1/song.mp3");
  SECTION("one") {
    drain({{"MAX_RETRIES", "1"}});
    CHECK(attempts("down") == 2);
    CHECK(attempts("refused") == 2);
  }
  SECTION("none") {
    drain({{"MAX_RETRIES", "0"}});
    CHECK(attempts("down") == 1);
    CHECK(attempts("refused") == 1);
  }
  CHECK(contains(failure("down"), "503"));
  CHECK(contains(failure("refused"), "refuses connections"));
}

TEST_CASE_METHOD(WithTables,
                 "bad jobs: one deleted while it runs is let go, and the next one runs") {
  const auto gate = std::make_shared<Gate>();
  server.serve("/held.wav", ok(clip()).held_by(gate));
  insert_path("held", "/held.wav");
  auto worker = start({"worker"}, {{"WORKER_THREADS", "1"}});
  worker.wait_for_error("[job held] started");
  database.execute("DELETE FROM \"AuraAnalysis\"");
  insert_path("next");
  gate->open();
  worker.wait_for_error("[job next] completed");
  worker.kill(SIGTERM);
  CHECK(worker.wait() == ExitStatus{});
  CHECK(contains(worker.error_output(), "[job held] the job was taken back"));
  CHECK(database.value("SELECT state FROM aura.run WHERE job_id = 'row-held'") == "cancelled");
  CHECK(database.value("SELECT count(*) FROM aura.gate") == "0");
}

TEST_CASE_METHOD(WithTables,
                 "bad jobs: ten seconds of silence complete, with a warning and no tempo advice") {
  server.serve("/silence.wav", ok(silence(10)));
  insert_path("silence", "/silence.wav");
  drain();
  const auto job = row("silence");
  CAPTURE(job.dump());
  CHECK(job["status"] == "completed");
  CHECK(job["fullReport"]["warnings"].size() == 1);
  for (const auto& advice : job["recommendations"]) CHECK(advice["type"] != "arrangement");
  CHECK(job["fullReport"]["features"].size() == 18);
  for (const auto& [name, value] : job["fullReport"]["features"].items()) {
    CAPTURE(name);
    CHECK(value.is_number());
  }
}

}  // namespace aura::test
