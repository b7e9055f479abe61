#include <catch2/catch.hpp>

#include "fixture.h"
#include "server.h"

using aura::http::Endpoint;
using aura::test::ask;
using aura::test::Json;
using aura::test::WithEndpoint;

TEST_CASE_METHOD(WithEndpoint, "pages: the queue, a job and what they are made of") {
  CHECK(get("/").headers.at("content-type") == "text/html; charset=utf-8");
  CHECK(get("/jobs/any").body.starts_with("<!DOCTYPE html>"));
  CHECK(get("/jobs/a%20b?c").status == 200);
  CHECK(get("/catalogue?search=a").body.find("<h1>Catalogue</h1>") != std::string::npos);
  CHECK(get("/assets/style.css").headers.at("content-type") == "text/css; charset=utf-8");
  CHECK(get("/assets/chart.min.js").headers.at("content-type") == "text/javascript; charset=utf-8");
  for (const std::string target :
       {"/jobs/", "/jobs/a/b", "/jobs/%zz", "/assets/", "/assets/none.js", "/assets/../queue.html",
        "/assets/%2e%2e/x", "/index.html"}) {
    INFO(target);
    CHECK(get(target).status == 404);
  }
  const auto refused = ask(endpoint.port(), "POST", "/");
  CHECK(refused.status == 405);
  CHECK(refused.headers.at("allow") == "GET, HEAD");
}

TEST_CASE_METHOD(WithEndpoint, "pages: the form says beforehand how much the server takes") {
  const auto limit = std::to_string(aura::http::ServerLimits{}.body_bytes / 1024) + " KB";
  CHECK_THAT(get("/").body, Catch::Matchers::Contains("may have " + limit));
}

TEST_CASE_METHOD(WithEndpoint,
                 "pages: may load from this server alone, and from no inline script") {
  for (const std::string target : {"/", "/jobs/a", "/catalogue"}) {
    const auto policy = get(target).headers.at("content-security-policy");
    CHECK(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; "));
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
  }
}

TEST_CASE_METHOD(WithEndpoint, "pages: a browser asks whether its copy is still right") {
  const auto first = get("/assets/style.css");
  CHECK(first.headers.at("cache-control") == "no-cache");
  const auto etag = first.headers.at("etag");
  const auto again = get("/assets/style.css", "If-None-Match: " + etag + "\r\n");
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  CHECK(again.headers.at("etag") == etag);
  CHECK(get("/assets/style.css", "If-None-Match: \"other\"\r\n").body == first.body);
  CHECK(get("/api/aura/jobs").headers.at("cache-control") == "no-store");
}

TEST_CASE_METHOD(WithEndpoint, "pages: are for who knows the token") {
  const Endpoint guarded(settings("0123456789abcdef"), instruments, reader, log);
  for (const std::string target : {"/", "/jobs/a", "/catalogue", "/assets/style.css"})
    CHECK(ask(guarded.port(), "GET", target).status == 401);
}

TEST_CASE_METHOD(WithEndpoint, "job: what it is called, how far it is and its report") {
  database.insert_job("a");
  auto body = Json::parse(get("/api/aura/jobs/a").body);
  CHECK(body["trackTitle"] == "Title");
  CHECK(body["status"] == "queued");
  CHECK(body["report"].is_null());
  const auto run = queue.claim({.limit = 1, .worker_id = "w"}).at(0).run_id;
  queue.report_progress({{run, 20}});
  body = Json::parse(get("/api/aura/jobs/a").body);
  CHECK(body["progress"] == 20);
  CHECK(body["currentStep"] == "Measuring");
  database.execute("DELETE FROM \"AuraAnalysis\"");
  complete("b");
  database.execute(R"(UPDATE "AuraAnalysis" SET "fullReport" = '{"hit_factor": 71}')");
  CHECK(Json::parse(get("/api/aura/jobs/b").body)["report"] == Json{{"hit_factor", 71}});
  CHECK(get("/api/aura/jobs/none").status == 404);
}
