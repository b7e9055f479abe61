#include <catch2/catch.hpp>
#include <chrono>
#include <iomanip>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "aura/test/eventually.h"
#include "routed.h"

namespace aura::http {

using Catch::Matchers::Contains;
using test::Json;

TEST_CASE_METHOD(Routed, "routes: each answers for a job in each state") {
  struct Told {
    std::string job;
    unsigned status, result, job_and_report, pictures, retry;
  };
  for (const std::string id : {"running", "broken"}) database.insert_job(id, "http://h/", 10);
  for (const auto& job : queue.claim({.limit = 2, .worker_id = "w"}))
    if (job.job.id == "broken") queue.fail(job.run_id, {"not_audio", "no", false});
  complete("done");
  database.insert_job("waiting");
  for (const auto& told : std::vector<Told>{{"waiting", 200, 409, 200, 404, 202},
                                            {"running", 200, 409, 200, 404, 409},
                                            {"done", 200, 200, 200, 200, 409},
                                            {"broken", 200, 409, 200, 404, 202},
                                            {"none", 404, 404, 404, 404, 404}}) {
    CAPTURE(told.job);
    CHECK(status("/api/aura/status/" + told.job) == told.status);
    CHECK(status("/api/aura/result/" + told.job) == told.result);
    CHECK(status("/api/aura/jobs/" + told.job) == told.job_and_report);
    CHECK(status("/api/aura/pictures/" + told.job) == told.pictures);
    const auto retried = post("/api/aura/jobs/" + told.job + "/retry");
    CHECK(retried.status == told.retry);
    CHECK(Json::parse(retried.body).contains(retried.status == 202 ? "jobId" : "error"));
  }
  CHECK(body("/api/aura/status/broken")["status"] == "queued");
  CHECK(body("/api/aura/result/running")["status"] == "processing");
}

TEST_CASE_METHOD(Routed, "routes: a query that makes no sense is a 400 that names its part") {
  for (const auto& [query, part] :
       std::vector<std::pair<std::string, std::string>>{{"limit=0", "limit"},
                                                        {"limit=201", "limit"},
                                                        {"limit=", "limit"},
                                                        {"limit=-1", "limit"},
                                                        {"limit=1.5", "limit"},
                                                        {"limit=9999999999999999999", "limit"},
                                                        {"status=", "status"},
                                                        {"status=QUEUED", "status"},
                                                        {"cursor=", "cursor"},
                                                        {"cursor=nonsense", "cursor"},
                                                        {"limit=%", "query"},
                                                        {"%zz=1", "query"}}) {
    CAPTURE(query);
    const auto answer = ask(local("GET", "/api/aura/jobs?" + query));
    CHECK(answer.status == 400);
    CHECK_THAT(Json::parse(answer.body)["error"].get<std::string>(), Contains(part));
  }
  CHECK(status("/api/aura/jobs?limit=200&limit=0&other=%20") == 200);
  CHECK(sink.str().empty());  // the client's fault is no news for the log
}

TEST_CASE_METHOD(Routed, "routes: what a submission lacks is told by its status") {
  for (const std::string path : {"/api/aura/analyze", "/api/aura/jobs/a/retry"}) {
    for (const std::string type : {"", "text/plain", "application/jsonx", "application"}) {
      CAPTURE(path, type);
      auto request = local("POST", path);
      request.content_type = type;
      request.body = "{";  // which is not looked at
      CHECK(ask(request).status == 415);
    }
    CHECK(post(path, "{").status == 400);
    CHECK(post(path, "[]").status == 400);
  }
  CHECK(post("/api/aura/analyze", "{}").status == 400);
  CHECK(database.value("SELECT count(*) FROM public.\"AuraAnalysis\"") == "0");
  const auto taken = post("/api/aura/analyze", kBody);
  CHECK(taken.status == 202);
  CHECK(Json::parse(taken.body) == Json{{"jobId", column("jobId")}, {"status", "queued"}});
}

TEST_CASE_METHOD(Routed,
                 "routes: a job that the table refuses is a 422, and the next one is taken") {
  database.execute("ALTER TABLE public.\"AuraAnalysis\" ADD CHECK (\"userId\" <> 'u')");
  const auto refused = post("/api/aura/analyze", kBody);
  CHECK(refused.status == 422);
  CHECK_THAT(refused.body, Contains("is there such a user") && !Contains("violates"));
  CHECK_THAT(sink.str(), Contains("violates check constraint"));
  std::string other = kBody;
  other.replace(other.find("\"u\""), 3, "\"v\"");
  CHECK(post("/api/aura/analyze", other).status == 202);
}

TEST_CASE_METHOD(Routed, "routes: a role that may not insert gets a 422 and reads all the same") {
  const test::Role role(database);
  database.execute("GRANT SELECT, UPDATE ON public.\"AuraAnalysis\" TO " + role.name());
  database.execute("GRANT USAGE ON SCHEMA aura TO " + role.name());
  database.execute("GRANT SELECT ON ALL TABLES IN SCHEMA aura TO " + role.name());
  auto limited = settings();
  limited.database = postgres::parse_database_url(role.url());
  Routes reading(limited, instruments, reader, log);
  auto submission = local("POST", "/api/aura/analyze");
  submission.body = kBody;
  CHECK(reading.later(submission).status == 422);
  CHECK(reading.later(local("GET", "/api/aura/jobs")).status == 200);
}

TEST_CASE_METHOD(Routed, "routes: the jobs table may go and come back, also under its other name") {
  database.insert_job("a");
  auto requests = std::vector<Request>{local("POST", "/api/aura/jobs/a/retry"),
                                       local("POST", "/api/aura/analyze")};
  requests.back().body = kBody;
  for (const auto& path : kReading) requests.push_back(local("GET", path));
  for (const auto& request : requests) {
    CAPTURE(request.target);
    // One of their own each, since one that fails has all others look for the table anew.
    Routes one(settings(), instruments, reader, log);
    const auto before = one.later(request).status;
    CHECK(before != 503);
    rename_table("AuraAnalysis", "gone");
    if (request.target != "/api/aura/summary")  // which is kept for a while
      CHECK(one.later(request).status == 503);
    Routes other(settings(), instruments, reader, log);
    const auto missing = other.later(request);
    CHECK(missing.status == 503);
    CHECK(Json::parse(missing.body) == Json{{"error", "the jobs table is not there"}});
    CHECK_THAT(other.events(), Contains("error"));
    rename_table("gone", "aura_analyses");
    CHECK(one.later(request).status == before);
    CHECK(other.later(request).status == before);
    CHECK_THAT(other.events(), Contains("jobs"));
    rename_table("aura_analyses", "AuraAnalysis");
  }
}

TEST_CASE_METHOD(Routed, "routes: the summary is kept for a while, and then made anew") {
  const auto queued = [&] { return body("/api/aura/summary")["counts"]["queued"].get<int>(); };
  int kept = 0;
  const auto took = test::duration_of([&] {
    CHECK(queued() == 0);
    database.insert_job("a");
    kept = queued();
  });
  // A machine that is so slow has nothing to show.
  CHECK((kept == 0 || took > std::chrono::seconds(2)));
  test::eventually("the summary is made anew", [&] { return queued() == 1; });
}

TEST_CASE_METHOD(Unconnected,
                 "routes: without a database all that needs it is a 503, and the log has why") {
  auto submission = local("POST", "/api/aura/analyze");
  submission.body = kBody;
  auto addition = local("POST", "/api/aura/catalogue");
  addition.body = R"({"jobId":"a"})";
  std::vector<Request> requests{submission, addition, local("POST", "/api/aura/jobs/a/retry"),
                                local("DELETE", "/api/aura/catalogue/1")};
  for (const auto& path : kReading) requests.push_back(local("GET", path));
  for (const auto& path : kReadingSongs) requests.push_back(local("GET", path));
  for (const auto& request : requests) {
    CAPTURE(request.target);
    Unconnected one;  // a log omits what it repeats
    CHECK(!one.routes.at_once(request));
    const auto response = one.routes.later(request);
    CHECK(response.status == 503);
    CHECK(Json::parse(response.body) == Json{{"error", "the database can't be asked just now"}});
    CHECK_THAT(one.sink.str(), Contains("a request can't be answered: ") && Contains("127.0.0.1") &&
                                   !Contains("secret"));
  }
  CHECK(Json::parse(routes.events()) == Json{{"error", "the database can't be asked just now"}});
  CHECK(routes.at_once(local("GET", "/healthz"))->status == 200);
  CHECK(routes.at_once(local("GET", "/"))->status == 200);
  // What is wrong with a request is told without the database.
  submission.content_type = "text/plain";
  CHECK(routes.later(submission).status == 415);
}

TEST_CASE_METHOD(Routed, "routes: a connection that the server ended is replaced unnoticed") {
  database.insert_job("a");
  auto paths = kReading;
  paths.insert(paths.end(), kReadingSongs.begin(), kReadingSongs.end());
  for (const auto& path : paths) {
    CAPTURE(path);
    Routes one(settings(), instruments, reader, log);
    const auto before = one.later(local("GET", path)).status;
    database.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()");
    CHECK(one.later(local("GET", path)).status == before);
  }
}

TEST_CASE_METHOD(Routed, "routes: a jobId may be any text of up to 200 bytes") {
  const auto encoded = [](const std::string& text) {
    std::ostringstream out;
    for (const unsigned char c : text)
      out << '%' << std::hex << std::setw(2) << std::setfill('0') << static_cast<int>(c);
    return out.str();
  };
  for (const std::string id :
       {"plain", "it's", "a\"b", "a b", "emoji\xF0\x9F\x8E\xB5", "../x", "a/b", "%2F", "a?b=c#d",
        "\xC3\xBC", "-rf", "--json", "<script>alert(1)</script>", "a\nb", "null", "a\\b"}) {
    CAPTURE(id);
    database.insert_job(id);
    CHECK(body("/api/aura/status/" + encoded(id))["jobId"] == id);
    CHECK(status("/api/aura/result/" + encoded(id)) == 409);
  }
  database.insert_job(std::string(2000, 'x'));
  CHECK(status("/api/aura/status/" + std::string(2000, 'x')) == 404);
}

}  // namespace aura::http
