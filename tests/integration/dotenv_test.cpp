#include <catch2/catch.hpp>

#include "fixture.h"

namespace aura::test {

TEST_CASE_METHOD(WithTables, ".env: the one in the working directory is read") {
  write(".env", "# settings\nexport DATABASE_URL='" + database.url() + "'\nMAX_RETRIES=0\n");
  environment = {};
  server.serve("/down.wav", reply(503, ""));
  insert_path("down", "/down.wav");
  drain();
  CHECK(attempts("down") == 1);
}

TEST_CASE_METHOD(WithTables, ".env: the environment wins over it") {
  write(".env", "DATABASE_URL=postgresql://nobody@127.0.0.1:1/nothing\nMAX_RETRIES=0\n");
  server.serve("/down.wav", reply(503, ""));
  insert_path("down", "/down.wav");
  drain({{"MAX_RETRIES", "1"}});
  CHECK(attempts("down") == 2);
}

TEST_CASE_METHOD(Sandbox, ".env: one that can't be understood is told by its line") {
  write(".env", "LOG_LEVEL=INFO\nDATABASE_URL postgresql://aura:SECRET@host/db\n");
  const auto finished = run({"worker"});
  CHECK(finished.status == ExitStatus{2, 0});
  CHECK(finished.error == "aura: .env line 2: expected NAME=value\n");
}

}  // namespace aura::test
