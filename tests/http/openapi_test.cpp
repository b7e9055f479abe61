#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "aura/analysis/report_schema.h"
#include "with_songs.h"

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

  /// Requires that the description foresees this answer to `method`, in lower case; without one,
  /// to the path's only method. `path` is the description's, with {placeholders}.
  void holds(const std::string& path, const Answer& answer, std::string method = "") {
    const auto& item = json_.at("paths").at(path);
    if (method.empty()) {
      REQUIRE(item.size() == 1);
      method = item.begin().key();
    }
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
    if (schema.contains("allOf") && !value.is_null()) {
      for (const auto& part : schema["allOf"]) matches(value, part);
      return;
    }
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
  if (const auto at = path.find("{songId}"); at != std::string::npos) path.replace(at, 8, "1");
  return path;
}

/// The method as a request has it.
std::string in_capitals(std::string method) {
  std::transform(method.begin(), method.end(), method.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return method;
}

/// Operations of the API: the methods of each path, in the order of the header Allow.
using Operations = std::map<std::string, std::vector<std::string>>;

const Operations kApi{{"/api/aura/analyze", {"post"}},
                      {"/api/aura/status/{jobId}", {"get"}},
                      {"/api/aura/result/{jobId}", {"get"}},
                      {"/api/aura/jobs", {"get"}},
                      {"/api/aura/jobs/{jobId}", {"get"}},
                      {"/api/aura/jobs/{jobId}/retry", {"post"}},
                      {"/api/aura/pictures/{jobId}", {"get"}},
                      {"/api/aura/audio-features/{jobId}", {"get"}},
                      {"/api/aura/summary", {"get"}},
                      {"/api/aura/events", {"get"}},
                      {"/api/aura/similar/{jobId}", {"get"}},
                      {"/api/aura/catalogue", {"get", "post"}},
                      {"/api/aura/catalogue/{songId}", {"get", "delete"}}};

std::string allowed(const std::vector<std::string>& methods) {
  std::string list;
  for (const auto& method : methods)
    list += (list.empty() ? "" : ", ") + (method == "get" ? "GET, HEAD" : in_capitals(method));
  return list;
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
                 "openapi: the server has the description, with the schema of reports") {
  auto served = Json::parse(get("/openapi.json").body);
  auto file = Json::parse(std::ifstream(AURA_OPENAPI));
  auto& report = served["components"]["schemas"]["Report"];
  const auto schema = Json::parse(aura::analysis::report_schema());
  CHECK(report["required"] == schema["required"]);
  CHECK(report["properties"]["rhythm"] == schema["properties"]["rhythm"]);
  const auto& year = report["properties"]["similar_hits"]["items"]["properties"]["year"];
  CHECK(year["type"] == "integer");
  CHECK(year["nullable"] == true);
  CHECK(!report.contains("$schema"));
  report = file["components"]["schemas"]["Report"];
  CHECK(served == file);
}

TEST_CASE_METHOD(aura::http::Songful<WithEndpoint>,
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
  const std::string features = "/api/aura/audio-features/{jobId}";
  const std::string summary = "/api/aura/summary";
  const std::string similar = "/api/aura/similar/{jobId}";
  const std::string catalogue = "/api/aura/catalogue";
  const std::string song = "/api/aura/catalogue/{songId}";

  // Without a database; without the token; by another method.
  auto elsewhere = settings();
  elsewhere.database = aura::postgres::parse_database_url("postgresql://u@127.0.0.1:1/d");
  elsewhere.alive_within = std::chrono::milliseconds(0);
  const Endpoint alone(elsewhere, instruments, reader, log);
  const Endpoint guarded(settings("0123456789abcdef"), instruments, reader, log);
  const std::string submission =
      R"({"audioUrl":"https://h/a","trackTitle":"T","artistName":"A","userId":"u"})";
  const std::string addition = R"({"jobId":"done"})";
  for (const auto& [path, methods] : kApi) {
    const auto target = filled_in(path, "a");
    const auto refused = ask(endpoint.port(), "PUT", target);
    CHECK(refused.headers.at("allow") == allowed(methods));
    for (const auto& method : methods) {
      const auto verb = in_capitals(method);
      description.holds(path, refused, method);
      description.holds(path, ask(guarded.port(), verb, target), method);
      if (path == events) continue;
      const auto body = path == analyze ? submission : path == catalogue ? addition : "";
      description.holds(path,
                        ask(alone.port(), verb, target, method == "post" ? kJsonType : "",
                            method == "post" ? body : ""),
                        method);
    }
  }
  for (const std::string path : {"/healthz", "/readyz"}) {
    description.holds(path, get(path));
    description.holds(path, ask(alone.port(), "GET", path));
    description.holds(path, ask(endpoint.port(), "POST", path));
  }
  description.holds("/openapi.json", get("/openapi.json"));
  description.holds("/openapi.json", ask(guarded.port(), "GET", "/openapi.json"));
  description.holds("/openapi.json", ask(endpoint.port(), "POST", "/openapi.json"));
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
  for (const auto& path : {analyze, retry, catalogue}) {
    Client large(endpoint.port());
    large.send("POST " + filled_in(path, "a") + " HTTP/1.1\r\nContent-Length: 999999\r\n\r\n");
    description.holds(path, large.receive(), "post");
  }

  database.execute("DELETE FROM \"AuraAnalysis\"");
  complete("bare");
  measured("done", "content");
  database.insert_job("busy");
  queue.claim({.limit = 1, .worker_id = "w"});
  description.holds(similar, get(filled_in(similar, "done")));  // it is loading
  add("song", 0.1F, {120, "F# minor", -9});
  refresh();
  for (const std::string id : {"done", "busy", "none", "bare"}) {
    const auto near = get(filled_in(similar, id));
    description.holds(similar, near);
    CHECK((id != "done" || Json::parse(near.body)["hits"].size() == 1));
    const auto body = Json{{"jobId", id}}.dump();
    description.holds(catalogue, ask(endpoint.port(), "POST", catalogue, kJsonType, body), "post");
    description.holds(status, get(filled_in(status, id)));
    description.holds(result, get(filled_in(result, id)));
    description.holds(job, get(filled_in(job, id)));
    description.holds(pictures, get(filled_in(pictures, id)));
    description.holds(features, get(filled_in(features, id)));
  }
  description.holds(similar, get(filled_in(similar, "done?k=0")));
  description.holds(features, get(filled_in(features, "done?missing=omit")));
  description.holds(features, get(filled_in(features, "done?missing=some")));
  description.holds(catalogue, ask(endpoint.port(), "POST", catalogue, kJsonType, "{}"), "post");
  description.holds(catalogue, ask(endpoint.port(), "POST", catalogue, "", addition), "post");
  database.execute("UPDATE \"AuraAnalysis\" SET \"trackTitle\" = '' WHERE id = 'done'");
  description.holds(catalogue, ask(endpoint.port(), "POST", catalogue, kJsonType, addition),
                    "post");
  description.holds(catalogue, get(catalogue + "?limit=1"), "get");
  description.holds(catalogue, get(catalogue + "?limit=0"), "get");
  description.holds(song, get(filled_in(song, "")), "get");
  for (int i = 0; i < 2; ++i)
    description.holds(song, ask(endpoint.port(), "DELETE", filled_in(song, "")), "delete");
  description.holds(song, get(filled_in(song, "")), "get");
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
