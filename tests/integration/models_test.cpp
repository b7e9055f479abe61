#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "fixture.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE_METHOD(Sandbox,
                 "models: are listed with their licence, and how to fetch what is missing") {
  for (const Arguments& arguments : {Arguments{"models"}, Arguments{"models", "list"}}) {
    const auto finished = run(arguments, {{"AURA_MODELS", (folder() / "none").string()}});
    CHECK(finished.status == ExitStatus{});
    CHECK(contains(finished.output, "musicnn (ISC): "));
    CHECK(contains(finished.output, "not fetched: `aura models fetch musicnn`"));
    CHECK(contains(finished.output, "spleeter (MIT): "));
    CHECK(contains(finished.output, "not fetched: `aura models fetch spleeter`"));
  }
}

TEST_CASE_METHOD(Sandbox, "models: JSON says of each whether it is missing or faulty, and why") {
  const Environment here{{"AURA_MODELS", (folder() / "models").string()}};
  const auto listed = [&](int status) {
    const auto finished = run({"models", "list", "--json"}, here);
    CHECK(finished.status == ExitStatus{.code = status});
    CHECK(lines(finished.output).size() == 1);
    return nlohmann::json::parse(finished.output).at(0);
  };
  auto musicnn = listed(0);
  CHECK(musicnn["name"] == "musicnn");
  CHECK(musicnn["licence"] == "ISC");
  CHECK(musicnn["sha256"].get<std::string>().size() == 64);
  CHECK(musicnn["state"] == "missing");
  CHECK_FALSE(musicnn.contains("path"));

  fs::create_directory(folder() / "models");
  fs::permissions(folder() / "models", fs::perms(0755));
  const std::string file = write("models/musicnn.safetensors", "no weights");
  fs::permissions(file, fs::perms(0644));
  musicnn = listed(1);
  CHECK(musicnn["state"] == "faulty");
  CHECK(musicnn["path"] == file);
  CHECK(
      contains(musicnn["problem"].get<std::string>(), "is not the file that this release expects"));
}

TEST_CASE_METHOD(Sandbox, "models: another file than expected is named, and can be removed") {
  const std::string file = write("musicnn.safetensors", "no weights");
  fs::permissions(file, fs::perms(0644));
  fs::permissions(folder(), fs::perms(0755));
  const Environment here{{"AURA_MODELS", folder().string()}};
  auto finished = run({"models"}, here);
  CHECK(finished.status == ExitStatus{.code = 1});
  CHECK(contains(finished.output, "is not the file that this release expects"));
  finished = run({"models", "remove", "musicnn"}, here);
  CHECK(finished.status == ExitStatus{});
  CHECK_FALSE(fs::exists(file));
  CHECK(run({"models", "remove", "musicnn"}, here).status == ExitStatus{.code = 1});
}

TEST_CASE_METHOD(Sandbox, "models: a package that is not the one expected is refused in a line") {
  const Environment here{{"AURA_MODELS", (folder() / "new" / "models").string()}};
  const std::string wheel = write("other.whl", "no package");
  const auto finished = run({"models", "fetch", "musicnn", "--wheel", wheel}, here);
  CHECK(finished.status == ExitStatus{.code = 1});
  CHECK(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, "is not musicnn==0.1.0 as published: its SHA-256 differs"));
  CHECK_FALSE(fs::exists(folder() / "new"));
}

TEST_CASE_METHOD(Sandbox,
                 "models: a folder that others may write to is refused before a download") {
  fs::permissions(folder(), fs::perms(0777));
  const auto finished = run({"models", "fetch"}, {{"AURA_MODELS", folder().string()}});
  CHECK(finished.status == ExitStatus{.code = 2});
  CHECK(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, "others may write to it"));
}

TEST_CASE_METHOD(Sandbox, "models: without Python, what is missing is named") {
  const auto finished = run({"models", "fetch"},
                            {{"AURA_MODELS", (folder() / "models").string()}, {"PATH", "/none"}});
  CHECK(finished.status == ExitStatus{.code = 1});
  CHECK(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, "python3 can't be started"));
}

TEST_CASE_METHOD(Sandbox, "models: an unknown one is refused, with the names that there are") {
  for (const std::string command : {"fetch", "remove"}) {
    const auto finished = run({"models", command, "singer"});
    CHECK(finished.status == ExitStatus{.code = 2});
    CHECK(contains(finished.error, "there is no such model; there is musicnn, spleeter"));
  }
}

}  // namespace
}  // namespace aura::test
