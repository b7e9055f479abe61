#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <string>
#include <tuple>

#include "fixture.h"

using aura::http::Endpoint;
using aura::test::Answer;
using aura::test::ask;
using aura::test::Client;
using aura::test::Json;
using aura::test::kJsonType;
using aura::test::request;
using aura::test::WithEndpoint;

namespace {

/// A path, a method and the status of an answer.
using Case = std::tuple<std::string, std::string, std::string>;

/// openapi.json, and what of it has been seen.
class Description {
 public:
  Description() : json_(Json::parse(std::ifstream(AURA_OPENAPI))) {}

  /// Requires that the description foresees this answer. `path` is the description's, with
  /// {placeholders}; a method that it doesn't have is answered as the one that it has.
  void holds(const std::string& path, const Answer& answer) {
    const auto& item = json_.at("paths").at(path);
    const auto method = item.begin().key();
    const auto status = std::to_string(answer.status);
    CAPTURE(path, status, answer.body);
    REQUIRE(item[method]["responses"].contains(status));
    const auto& content = item[method]["responses"][status]["content"];
    const auto type = answer.headers.at("content-type");
    REQUIRE(content.contains(type.substr(0, type.find(';'))));
    if (type == "application/json") matches(Json::parse(answer.body), content[type]["schema"]);
    seen_.insert({path, method, status});
  }

  /// As `schema` of the description has it.
  void matches(const Json& value, const Json& schema) const {
    if (schema.contains("$ref"))
      return matches(value,
                     json_.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1))));
    CAPTURE(value.dump(), schema.dump());
    if (value.is_null()) {
      REQUIRE(schema.value("nullable", false));
      return;
    }
    const auto type = schema["type"].get<std::string>();
    if (type == "string") REQUIRE(value.is_string());
    if (type == "boolean") REQUIRE(value.is_boolean());
    if (type == "integer") REQUIRE(value.is_number_integer());
    if (type == "number") REQUIRE(value.is_number());
    if (type == "array") {
      REQUIRE(value.is_array());
      for (const auto& item : value) matches(item, schema["items"]);
    }
    if (type == "object") {
      REQUIRE(value.is_object());
      for (const auto& name : schema.value("required", Json::array()))
        REQUIRE(value.contains(name.get<std::string>()));
      if (!schema.contains("properties")) return;
      for (const auto& [name, member] : value.items()) {
        REQUIRE(schema["properties"].contains(name));
        matches(member, schema["properties"][name]);
      }
    }
    if (schema.contains("enum")) {
      const auto& values = schema["enum"];
      REQUIRE(std::find(values.begin(), values.end(), value) != values.end());
    }
  }

  std::set<Case> unseen() const {
    std::set<Case> rest;
    for (const auto& [path, item] : json_.at("paths").items()) {
      for (const auto& [method, operation] : item.items()) {
        for (const auto& [status, response] : operation["responses"].items()) {
          if (!seen_.contains({path, method, status})) rest.insert({path, method, status});
        }
      }
    }
    return rest;
  }

 private:
  Json json_;
  std::set<Case> seen_;
};

std::string filled_in(std::string path, const std::string& job_id) {
  if (const auto at = path.find("{jobId}"); at != std::string::npos) path.replace(at, 7, job_id);
  return path;
}

/// The head of a stream of events, as an answer.
Answer events_of(Client& client) {
  client.send(request("GET", "/api/aura/events"));
  const auto head = client.receive_until("\r\n\r\n");
  REQUIRE(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"));
  return {200, {{"content-type", "text/event-stream"}}, ""};
}

}  // namespace

TEST_CASE_METHOD(WithEndpoint,
                 "openapi: describes every answer that there is, and none that there is not") {
  Description description;
  const std::string analyze = "/api/aura/analyze";
  const std::string status = "/api/aura/status/{jobId}";
  const std::string result = "/api/aura/result/{jobId}";
  const std::string jobs = "/api/aura/jobs";
  const std::string job = "/api/aura/jobs/{jobId}";
  const std::string events = "/api/aura/events";
  const std::string retry = "/api/aura/jobs/{jobId}/retry";
  const std::string pictures = "/api/aura/pictures/{jobId}";
  const std::string summary = "/api/aura/summary";
  const std::set<std::string> api{analyze, status,   result,  jobs,  job,
                                  retry,   pictures, summary, events};

  // Without a database; without the token; by another method.
  auto elsewhere = settings();
  elsewhere.database = aura::postgres::parse_database_url("postgresql://u@127.0.0.1:1/d");
  elsewhere.alive_within = std::chrono::milliseconds(0);
  const Endpoint alone(elsewhere, instruments, log);
  const Endpoint guarded(settings("0123456789abcdef"), instruments, log);
  const std::string submission =
      R"({"audioUrl":"https://h/a","trackTitle":"T","artistName":"A","userId":"u"})";
  for (const auto& path : api) {
    const bool posts = path == analyze || path == retry;
    const auto target = filled_in(path, "a");
    description.holds(path, ask(guarded.port(), posts ? "POST" : "GET", target));
    description.holds(path, ask(endpoint.port(), "DELETE", target));
    CHECK(ask(endpoint.port(), "DELETE", target).headers.at("allow") ==
          (posts ? "POST" : "GET, HEAD"));
    if (path == events) continue;
    description.holds(path, ask(alone.port(), posts ? "POST" : "GET", target,
                                posts ? kJsonType : "", path == analyze ? submission : ""));
  }
  for (const std::string path : {"/healthz", "/readyz"}) {
    description.holds(path, get(path));
    description.holds(path, ask(alone.port(), "GET", path));
    description.holds(path, ask(endpoint.port(), "POST", path));
  }
  description.holds("/metrics", get("/metrics"));
  description.holds("/metrics", ask(guarded.port(), "GET", "/metrics"));
  description.holds("/metrics", ask(endpoint.port(), "POST", "/metrics"));

  description.holds(analyze, submit(submission));
  description.holds(analyze, submit("{}"));
  description.holds(analyze, submit(submission, ""));
  database.execute("ALTER TABLE \"AuraAnalysis\" ADD CHECK (\"userId\" <> 'nobody')");
  description.holds(
      analyze,
      submit(R"({"audioUrl":"https://h/a","trackTitle":"T","artistName":"A","userId":"nobody"})"));
  for (const auto& path : {analyze, retry}) {
    Client large(endpoint.port());
    large.send("POST " + filled_in(path, "a") + " HTTP/1.1\r\nContent-Length: 999999\r\n\r\n");
    description.holds(path, large.receive());
  }

  database.execute("DELETE FROM \"AuraAnalysis\"");
  complete("done");
  database.insert_job("busy");
  queue.claim({.limit = 1, .worker_id = "w"});
  for (const std::string id : {"done", "busy", "none"}) {
    description.holds(status, get(filled_in(status, id)));
    description.holds(result, get(filled_in(result, id)));
    description.holds(job, get(filled_in(job, id)));
    description.holds(pictures, get(filled_in(pictures, id)));
  }
  description.holds(summary, get(summary));
  const auto retried = [&](const std::string& id, const std::string& headers = kJsonType,
                           const std::string& body = "") {
    description.holds(retry, ask(endpoint.port(), "POST", filled_in(retry, id), headers, body));
  };
  database.insert_job("waits");
  for (const std::string id : {"done", "busy", "none", "waits"}) retried(id);
  retried("done", "");
  retried("done", kJsonType, "[]");
  description.holds(jobs, get(jobs + "?limit=1"));
  description.holds(jobs, get(jobs));
  description.holds(jobs, get(jobs + "?limit=none"));

  std::vector<Client> following;
  for (int i = 0; i < 16; ++i) {
    following.emplace_back(endpoint.port());
    description.holds(events, events_of(following.back()));
  }
  const auto event = following[0].receive_until("\n\n");
  description.matches(Json::parse(event.substr(event.find('{'))),
                      {{"$ref", "#/components/schemas/Active"}});
  description.holds(events, get(events));
  CHECK(description.unseen() == std::set<Case>{});
}
