#include <catch2/catch.hpp>

#include "fixture.h"

namespace aura::test {
namespace {

/// What the image's health check says under these settings.
ExitStatus healthcheck(const Environment& environment) {
  return Process({AURA_HEALTHCHECK}, {environment, {}}).wait();
}

}  // namespace

TEST_CASE("health check: healthy is who answers so at /healthz") {
  std::string port;
  {
    HttpServer server;
    port = std::to_string(server.port());
    server.serve("/healthz", reply(200, "{}"));
    CHECK(healthcheck({{"PORT", port}}) == ExitStatus{});
    CHECK(healthcheck({{"PORT", " \"" + port + "\"\n"}}) == ExitStatus{});
    server.serve("/healthz", reply(503, "{}"));
    CHECK(healthcheck({{"PORT", port}}) == ExitStatus{.code = 1});
  }
  CHECK(healthcheck({{"PORT", port}}) == ExitStatus{.code = 1});
}

TEST_CASE_METHOD(WithTables,
                 "health check: without an endpoint, who reaches the database is healthy") {
  auto settings = environment;
  settings["PORT"] = "0";
  settings["PATH"] = std::filesystem::path(AURA_PROGRAM).parent_path().string() + ":/usr/bin:/bin";
  CHECK(healthcheck(settings) == ExitStatus{});
  settings["DATABASE_URL"] = "postgresql://u@127.0.0.1:1/d";
  CHECK(healthcheck(settings) == ExitStatus{.code = 1});
}

}  // namespace aura::test
