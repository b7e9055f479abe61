#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "routed.h"

namespace aura::http {
namespace {

using Catch::Matchers::Contains;
using test::Json;

constexpr const char* kToken = "0123456789abcdef";
const std::vector<std::string> kMethods{"GET",     "HEAD",  "POST",    "PUT", "PATCH", "DELETE",
                                        "OPTIONS", "TRACE", "CONNECT", "get", "POSTS", ""};

/// A path of each pattern, and the methods that it takes.
const std::vector<std::pair<std::string, std::string>> kRoutes{
    {"/healthz", "GET, HEAD"},
    {"/readyz", "GET, HEAD"},
    {"/metrics", "GET, HEAD"},
    {"/api/aura/status/a", "GET, HEAD"},
    {"/api/aura/result/a", "GET, HEAD"},
    {"/api/aura/pictures/a", "GET, HEAD"},
    {"/api/aura/jobs", "GET, HEAD"},
    {"/api/aura/jobs/a", "GET, HEAD"},
    {"/api/aura/summary", "GET, HEAD"},
    {"/api/aura/events", "GET, HEAD"},
    {"/api/aura/similar/a", "GET, HEAD"},
    {"/api/aura/catalogue", "GET, HEAD, POST"},
    {"/api/aura/catalogue/1", "GET, HEAD, DELETE"},
    {"/catalogue", "GET, HEAD"},
    {"/api/aura/analyze", "POST"},
    {"/api/aura/jobs/a/retry", "POST"},
    {"/", "GET, HEAD"},
    {"/jobs/a", "GET, HEAD"},
    {"/assets/style.css", "GET, HEAD"},
};

/// Whether `methods`, a list with commas, has `method`.
bool has(const std::string& methods, const std::string& method) {
  return (", " + methods + ",").find(", " + method + ",") != std::string::npos;
}

bool is_for_all(const std::string& path) {
  return path == "/healthz" || path == "/readyz";
}

}  // namespace

TEST_CASE_METHOD(Unconnected, "routes: each path takes its methods and no other") {
  for (const auto& [path, methods] : kRoutes) {
    for (const auto& method : kMethods) {
      CAPTURE(path, method);
      const bool is_taken = has(methods, method);
      const auto response = routes.at_once(local(method, path));
      CHECK((response && response->status == 405) == !is_taken);
      if (!is_taken) {
        CHECK(response->allow == methods);
        CHECK(Json::parse(response->body)["error"] == "this path takes " + methods);
      }
    }
  }
}

TEST_CASE_METHOD(Unconnected, "routes: any other path is a 404, whatever the method") {
  const std::string longest(200, 'a');
  std::string encoded;
  for (int i = 0; i < 200; ++i) encoded += "%61";
  for (const std::string prefix : {"/api/aura/status/", "/api/aura/result/", "/api/aura/pictures/",
                                   "/api/aura/similar/", "/api/aura/jobs/", "/jobs/"}) {
    CAPTURE(prefix);
    CHECK(routes.at_once(local("PUT", prefix + longest))->status == 405);
    CHECK(routes.at_once(local("PUT", prefix + encoded))->status == 405);
    std::vector<std::string> bad{"", "a/b", "/a", "a/", "%", "%2", "%zz", "%00", "a%00", "%ff"};
    if (prefix != "/jobs/") bad.insert(bad.end(), {longest + "a", encoded + "a", encoded + "%61"});
    for (const auto& id : bad) {
      CAPTURE(id);
      for (const auto& method : kMethods)
        CHECK(routes.at_once(local(method, prefix + id))->status == 404);
    }
  }
  for (const std::string path : {"",
                                 "*",
                                 "//",
                                 "/healthz/",
                                 "/readyz/a",
                                 "/metrics/",
                                 "/Metrics",
                                 "/api",
                                 "/api/aura",
                                 "/api/aura/",
                                 "/api/aura/job",
                                 "/api/aura/summary/",
                                 "/api/aura/events/a",
                                 "/api/aura/analyze/",
                                 "/api/aura/jobs//retry",
                                 "/api/aura/jobs/retry/a",
                                 "/api/aura/jobs/a/retry/",
                                 "/api/aura/jobs/a/cancel",
                                 "/api/aura/jobs/%ff/retry",
                                 "/api/aura/catalogue/",
                                 "/api/aura/catalogue/0",
                                 "/api/aura/catalogue/-1",
                                 "/api/aura/catalogue/+1",
                                 "/api/aura/catalogue/1a",
                                 "/api/aura/catalogue/%31",
                                 "/api/aura/catalogue/1/2",
                                 "/api/aura/catalogue/9223372036854775808",
                                 "/catalogue/",
                                 "/catalogue.html",
                                 "/assets/none",
                                 "/assets/../queue.html",
                                 "/queue.html",
                                 "http://elsewhere/metrics"}) {
    CAPTURE(path);
    for (const auto& method : kMethods) CHECK(routes.at_once(local(method, path))->status == 404);
  }
}

TEST_CASE_METHOD(Unconnected, "routes: without a token all but health is for this machine's user") {
  auto paths = kRoutes;
  paths.emplace_back("/none", "GET, HEAD");
  for (const auto& [path, methods] : paths) {
    for (const auto& method : kMethods) {
      const auto status_of = [&](const auto& change) {
        auto request = local(method, path);
        change(request);
        const auto response = routes.at_once(request);
        return response ? response->status : 0;
      };
      CAPTURE(path, method);
      const auto untouched = status_of([](Request&) {});
      CHECK(untouched != 403);
      const auto refused = is_for_all(path) ? untouched : 403;
      CHECK(status_of([](Request& r) { r.is_from_loopback = false; }) == refused);
      CHECK(status_of([](Request& r) { r.is_forwarded = true; }) == refused);
      for (const std::string host :
           {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.2",
            "[::2]:8080", "[::1", "LOCALHOST.", "localhost:1:2"}) {
        CAPTURE(host);
        CHECK(status_of([&](Request& r) { r.host = host; }) == refused);
      }
      for (const std::string host : {"localhost", "127.0.0.1", "[::1]", "[::1]:8080"}) {
        CAPTURE(host);
        CHECK(status_of([&](Request& r) { r.host = host; }) == untouched);
      }
    }
  }
}

TEST_CASE_METHOD(Unconnected, "routes: with a token who has it is answered, wherever they are") {
  const Routes guarded({.token = kToken,
                        .database = postgres::parse_database_url("postgresql://u@127.0.0.1:1/d"),
                        .alive_within = std::chrono::hours(1)},
                       instruments, reader, log);
  for (const auto& [path, methods] : kRoutes) {
    for (const auto& method : kMethods) {
      CAPTURE(path, method);
      const auto unguarded = routes.at_once(local(method, path));
      Request request{.method = method, .target = path, .host = "aura.example"};
      request.is_forwarded = true;
      for (const std::string wrong :
           {"", "Bearer 0123456789abcdeX", "Bearer ", "0123456789abcdef"}) {
        request.authorization = wrong;
        const auto response = guarded.at_once(request);
        if (is_for_all(path)) {
          CHECK((!response || response->status != 401));
        } else {
          REQUIRE(response);
          CHECK(response->status == 401);
          CHECK(response->body.find(kToken) == std::string::npos);
        }
      }
      request.authorization = "Bearer " + std::string(kToken);
      const auto response = guarded.at_once(request);
      REQUIRE(response.has_value() == unguarded.has_value());
      if (response) CHECK(response->status == unguarded->status);
    }
  }
}

}  // namespace aura::http
