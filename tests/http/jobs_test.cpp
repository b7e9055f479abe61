#include <catch2/catch.hpp>

#include "fixture.h"
#include "routes.h"

using aura::http::Routes;
using aura::test::ask;
using aura::test::Json;
using aura::test::kJsonType;
using aura::test::WithEndpoint;

TEST_CASE_METHOD(WithEndpoint, "analyze: inserts what a web app would") {
  const auto answer = submit(
      R"({"audioUrl":"https://h/a.mp3?sig=s","trackTitle":"Tü","artistName":"A","userId":"u","genre":"Pop","lyricsText":"la"})");
  REQUIRE(answer.status == 202);
  CHECK(Json::parse(answer.body)["jobId"] == column("jobId"));
  CHECK(column("status") == "queued");
  CHECK(column("trackTitle") == "Tü");
  CHECK(column("audioUrl") == "https://h/a.mp3?sig=s");
  CHECK(column("genre") == "Pop");
  CHECK(column("lyricsText") == "la");
}

TEST_CASE_METHOD(WithEndpoint, "analyze: takes nothing that a stranger's web page can send") {
  const std::string body =
      R"({"audioUrl":"https://h/a","trackTitle":"T","artistName":"A","userId":"u"})";
  for (const std::string type : {"text/plain", "application/x-www-form-urlencoded",
                                 "multipart/form-data", "application/jsonx"})
    CHECK(submit(body, "Content-Type: " + type + "\r\n").status == 415);
  CHECK(submit(body, "").status == 415);
  CHECK(submit(body, "Content-Type: Application/JSON; charset=utf-8\r\n").status == 202);
}

TEST_CASE_METHOD(WithEndpoint, "jobs: pages follow each other by their cursors") {
  for (const std::string id : {"a", "b", "c"})
    database.insert_job(id, "http://h/", id == "a" ? 60 : 0);
  const auto first = Json::parse(get("/api/aura/jobs?limit=2").body);
  REQUIRE(first["jobs"].size() == 2);
  const auto cursor = first["nextCursor"].get<std::string>();
  const auto second = Json::parse(get("/api/aura/jobs?limit=2&cursor=" + cursor).body);
  REQUIRE(second["jobs"].size() == 1);
  CHECK(second["jobs"][0]["jobId"] == "a");
  CHECK(second["nextCursor"].is_null());
  CHECK(Json::parse(get("/api/aura/jobs?status=failed").body)["jobs"].empty());
  for (const std::string bad :
       {"limit=0", "limit=201", "limit=1x", "status=done", "cursor=x", "cursor=1", "cursor=.a",
        "cursor=99999999999999999999us.a", "cursor=us", "cursor=1ms.a",
        "cursor=99999999999999999.a", "cursor=1.%00", "status=%"})
    CHECK(get("/api/aura/jobs?" + bad).status == 400);
}

TEST_CASE_METHOD(WithEndpoint, "jobs: a cursor that an older worker handed out leads on") {
  for (const std::string id : {"a", "b", "c.d"}) database.insert_job(id);
  database.execute("UPDATE \"AuraAnalysis\" SET \"createdAt\" = '2026-01-02 03:04:05.678'");
  const auto page = Json::parse(get("/api/aura/jobs?cursor=1767323045678.c.d").body);
  REQUIRE(page["jobs"].size() == 2);
  CHECK(page["jobs"][0]["jobId"] == "b");
  CHECK(page["jobs"][1]["jobId"] == "a");
}

TEST_CASE_METHOD(WithEndpoint,
                 "retry: sets back what failed, and nothing that a worker has or has done") {
  const auto retry = [&](const std::string& id, const std::string& body = "",
                         const std::string& headers = kJsonType) {
    return ask(endpoint.port(), "POST", "/api/aura/jobs/" + id + "/retry", headers, body);
  };
  database.insert_job("a b");
  const auto run = queue.claim({.limit = 1, .worker_id = "w"}).at(0).run_id;
  CHECK(retry("a%20b").status == 409);
  CHECK(Json::parse(retry("a%20b").body)["status"] == "processing");
  queue.fail(run, {"not_audio", "no", false});
  for (const std::string bad : {"[]", "{\"a\":1}", "{", "null"})
    CHECK(retry("a%20b", bad).status == 400);
  CHECK(retry("a%20b", "{}", "").status == 415);
  CHECK(column("status") == "failed");
  const auto answer = retry("a%20b", "{}");
  CHECK(answer.status == 202);
  CHECK(Json::parse(answer.body) == Json{{"jobId", "a b"}, {"status", "queued"}});
  CHECK(column("status") == "queued");
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'processing'");  // an orphan
  CHECK(retry("a%20b").status == 202);
  CHECK(column("status") == "queued");
  CHECK(retry("none").status == 404);
  CHECK(get("/api/aura/jobs/a/retry").status == 405);
  CHECK(get("/api/aura/jobs//retry").status == 404);
}

TEST_CASE_METHOD(WithEndpoint, "pictures: are what was kept, for a completed job alone") {
  CHECK(get("/api/aura/pictures/done").status == 404);
  complete("done");
  const auto answer = get("/api/aura/pictures/done");
  CHECK(answer.status == 200);
  CHECK(answer.body == database.value("SELECT pictures FROM aura.pictures"));
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued'");
  CHECK(get("/api/aura/pictures/done").status == 404);
}

TEST_CASE_METHOD(WithEndpoint,
                 "audio features: what a report tells in Spotify's shape, or why nothing") {
  complete("done");
  database.execute(
      R"(UPDATE "AuraAnalysis" SET "fullReport" = '{"rhythm": {"bpm": 120.5}, "tonal": {"key": "F#", "scale": "minor"}}')");
  const auto all = Json::parse(get("/api/aura/audio-features/done").body);
  CHECK(all.size() == 18);
  CHECK(all["energy"].is_null());
  CHECK(all["tempo"] == 120.5);
  CHECK(Json::parse(get("/api/aura/audio-features/done?missing=omit").body) ==
        Json{{"key", 6}, {"mode", 0}, {"tempo", 120.5}, {"type", "audio_features"}});
  CHECK(Json::parse(get("/api/aura/audio-features/done?missing=null").body) == all);
  CHECK(get("/api/aura/audio-features/done?missing=some").status == 400);
  CHECK(get("/api/aura/audio-features/none").status == 404);
  database.insert_job("waits");
  CHECK(get("/api/aura/audio-features/waits").status == 409);
}

TEST_CASE_METHOD(WithEndpoint, "summary: counts by status, and the minutes of the last hour") {
  complete("done");
  database.insert_job("waits");
  const auto summary = Json::parse(get("/api/aura/summary").body);
  CHECK(summary["counts"] ==
        Json{{"queued", 1}, {"processing", 0}, {"completed", 1}, {"failed", 0}, {"setAside", 0}});
  REQUIRE(summary["minutes"].size() == 60);
  // The minute may have gone round since.
  CHECK(summary["minutes"][59]["completed"].get<int>() +
            summary["minutes"][58]["completed"].get<int>() ==
        1);
  CHECK(summary["minutes"][0].size() == 3);
}

TEST_CASE_METHOD(WithEndpoint, "jobs: without a token other machines neither see nor submit any") {
  const Routes routes(settings(), instruments, reader, log);
  CHECK(routes.at_once({"GET", "/api/aura/jobs"})->status == 403);
  CHECK(routes.at_once({"GET", "/api/aura/events"})->status == 403);
  CHECK(routes.at_once({"POST", "/api/aura/analyze"})->status == 403);
  CHECK(routes.at_once({"POST", "/api/aura/jobs/a/retry"})->status == 403);
  CHECK(routes.at_once({"GET", "/api/aura/pictures/a"})->status == 403);
  CHECK(routes.at_once({"GET", "/api/aura/audio-features/a"})->status == 403);
  CHECK(routes.at_once({"GET", "/openapi.json"})->status == 403);
  CHECK(routes.at_once({"GET", "/api/aura/similar/a"})->status == 403);
  CHECK(routes.at_once({"GET", "/api/aura/catalogue"})->status == 403);
  CHECK(routes.at_once({"POST", "/api/aura/catalogue"})->status == 403);
  CHECK(routes.at_once({"DELETE", "/api/aura/catalogue/1"})->status == 403);
}
