#include <catch2/catch.hpp>
#include <csignal>

#include "fixture.h"

namespace aura::test {
namespace {

constexpr auto kSigned = "?X-Amz-Expires=60&X-Amz-Signature=SECRET";

/// `url` with a password, which a server that trusts its socket doesn't ask for.
std::string with_password(std::string url) {
  return url.replace(url.find("aura@"), 5, "aura:PASSWORD@");
}

}  // namespace

TEST_CASE_METHOD(WithTables, "secrets: a signed link's query shows nowhere but in its own column") {
  server.serve("/moved.mp3", redirect(302, server.url("/gone.mp3") + kSigned));
  server.serve("/text.mp3", ok("this is no music at all\n"));
  server.serve("/down.mp3", reply(503, ""));
  for (const std::string path :
       {"/clip.wav", "/gone.mp3", "/moved.mp3", "/text.mp3", "/down.mp3"}) {
    insert_path(path, path + kSigned);
  }
  insert("refused", std::string("http://127.0.0.1:1/a.mp3") + kSigned);
  insert("odd", std::string("ftp://127.0.0.1/a.mp3") + kSigned);
  const auto worker = drain({{"LOG_LEVEL", "DEBUG"}, {"MAX_RETRIES", "1"}});
  REQUIRE(server.requests("/clip.wav").at(0).target == std::string("/clip.wav") + kSigned);
  CHECK(count("completed") == 1);
  CHECK(!contains(worker.error, "SECRET"));
  CHECK(database.value("SELECT count(*) FROM \"AuraAnalysis\" j WHERE (to_jsonb(j) - "
                       "'audioUrl')::text LIKE '%SECRET%'") == "0");
  CHECK(database.value("SELECT count(*) FROM aura.run r WHERE to_jsonb(r)::text LIKE '%SECRET%'") ==
        "0");
  for (const auto& arguments : {Arguments{"status"}, Arguments{"status", "--json"},
                                Arguments{"status", "/clip.wav", "/gone.mp3", "refused"},
                                Arguments{"status", "--json", "/clip.wav", "/gone.mp3"}}) {
    const auto status = run(arguments);
    CHECK(status.status == ExitStatus{});
    CHECK(!contains(status.output + status.error, "SECRET"));
  }
}

TEST_CASE_METHOD(Sandbox, "secrets: analyze shows no signed link's query") {
  const HttpServer server;
  const auto finished = run({"analyze", server.url("/gone.mp3") + kSigned});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(contains(finished.error, "/gone.mp3"));
  CHECK(!contains(finished.error, "SECRET"));
}

TEST_CASE_METHOD(WithTables, "secrets: the database's password shows nowhere") {
  environment["DATABASE_URL"] = with_password(database.url());
  insert_path("good");
  insert_path("missing", "/nothing.mp3");
  auto said = drain({{"LOG_LEVEL", "DEBUG"}}).error;
  for (const auto& arguments :
       {Arguments{"status"}, Arguments{"status", "good"}, Arguments{"migrate"}}) {
    const auto finished = run(arguments);
    CHECK(finished.status == ExitStatus{});
    said += finished.output + finished.error;
  }
  CHECK(contains(said, "ready"));
  CHECK(!contains(said, "PASSWORD"));
  CHECK(!contains(row("missing").dump(), "PASSWORD"));
}

TEST_CASE_METHOD(Sandbox,
                 "secrets: a database that can't be reached is named without its password") {
  auto worker =
      start({"worker"}, {{"DATABASE_URL", "postgresql://aura:PASSWORD@127.0.0.1:1/aura"}});
  worker.wait_for_error("the database at 127.0.0.1:1/aura can't be reached");
  worker.kill(SIGTERM);
  CHECK(worker.wait() == ExitStatus{});
  CHECK(!contains(worker.error_output(), "PASSWORD"));
}

}  // namespace aura::test
