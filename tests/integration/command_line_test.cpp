#include <catch2/catch.hpp>
#include <regex>

#include "fixture.h"

namespace aura::test {

TEST_CASE_METHOD(Sandbox, "command line: each command has a help, on standard output") {
  for (const std::string command :
       {"worker", "analyze", "report", "enqueue", "status", "cancel", "retry", "migrate"}) {
    CAPTURE(command);
    const auto finished = run({command, "--help"});
    CHECK(finished.status == ExitStatus{});
    CHECK(contains(finished.output, "Usage: aura " + command));
    CHECK(finished.error.empty());
    CHECK(contains(run({"--help"}).output, "\n  " + command + " "));
  }
}

TEST_CASE_METHOD(Sandbox, "command line: the man page names each command and each option") {
  auto page = read_file(AURA_TEST_DATA "/../../deploy/packaging/aura.1");
  std::erase(page, '\\');  // before each hyphen
  const auto all = run({"--help"}).output;
  const std::regex command(R"(\n  ([a-z]+) )"), option(R"(--[a-z-]+)");
  std::size_t commands = 0;
  for (std::sregex_iterator found(all.begin(), all.end(), command), end; found != end; ++found) {
    const auto name = (*found)[1].str();
    INFO(name);
    ++commands;
    CHECK(contains(page, "\n.B " + name + "\n"));
    const auto help = run({name, "--help"}).output;
    for (std::sregex_iterator each(help.begin(), help.end(), option); each != end; ++each)
      CHECK(contains(page, each->str()));
  }
  CHECK(commands == 9);
}

TEST_CASE_METHOD(Sandbox, "command line: --version tells the version alone") {
  const auto finished = run({"--version"});
  CHECK(finished.status == ExitStatus{});
  CHECK(lines(finished.output).size() == 1);
  const std::regex form(
      R"(aura \d+\.\d+\.\d+ \(commit ([0-9a-f]+|unknown), libavcodec \d+\.\d+\.\d+\)\n)");
  CHECK(std::regex_match(finished.output, form));
}

TEST_CASE_METHOD(Sandbox,
                 "command line: what can't be understood ends with status 2, on standard error") {
  const std::vector<Arguments> wrong{{},
                                     {"sing"},
                                     {"worker", "--nonsense"},
                                     {"analyze"},
                                     {"report"},
                                     {"report", "song.mp3"},
                                     {"enqueue", "http://127.0.0.1/a.mp3"},
                                     {"migrate", "now"}};
  for (const auto& arguments : wrong) {
    CAPTURE(arguments);
    const auto finished = run(arguments);
    CHECK(finished.status == ExitStatus{2, 0});
    CHECK(finished.output.empty());
    CHECK(!finished.error.empty());
  }
}

}  // namespace aura::test
