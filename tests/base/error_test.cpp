#include "aura/base/error.h"

#include <catch2/catch.hpp>

using aura::JobError;
using aura::Owner;
using aura::owner_of;
using aura::Retry;

TEST_CASE("error: each code has an owner, and an unknown one is the file's") {
  CHECK(owner_of("not_audio") == Owner::kFile);
  CHECK(owner_of("host_not_found") == Owner::kHost);
  CHECK(owner_of("http_503") == Owner::kHost);
  CHECK(owner_of("no_space") == Owner::kWorker);
  CHECK(owner_of("nobody_knows") == Owner::kFile);
  CHECK(JobError("out_of_memory", "no memory", Retry::kYes).owner() == Owner::kWorker);
}

TEST_CASE("Stopped: a handler of failures lets it pass") {
  const auto is_taken_for_failure = [] {
    try {
      throw aura::Stopped();
    } catch (const std::exception&) {
      return true;
    }
  };
  CHECK_THROWS_AS(is_taken_for_failure(), aura::Stopped);
}
