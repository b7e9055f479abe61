#include <catch2/catch.hpp>
#include <regex>

#include "fixture.h"

namespace aura::test {

TEST_CASE_METHOD(Sandbox, "command line: each command has a help, on standard output") {
  for (const std::string command :
       {"worker", "analyze", "report", "enqueue", "status", "cancel", "retry", "forget", "migrate",
        "catalogue", "similar", "models", "schema", "click", "isolate"}) {
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
  CHECK(commands == 16);
}

TEST_CASE_METHOD(Sandbox, "command line: the man page names each command of the catalogue") {
  auto page = read_file(AURA_TEST_DATA "/../../deploy/packaging/aura.1");
  std::erase(page, '\\');
  const auto all = run({"catalogue", "--help"}).output;
  const std::regex command(R"(\n  ([a-z]+) )"), option(R"(--[a-z-]+)");
  std::size_t commands = 0;
  for (std::sregex_iterator found(all.begin(), all.end(), command), end; found != end; ++found) {
    const auto name = (*found)[1].str();
    INFO(name);
    ++commands;
    const auto named = page.find("\n.BR " + name + " ") != std::string::npos ||
                       page.find("\n.B " + name + "\n") != std::string::npos;
    CHECK(named);
    const auto help = run({"catalogue", name, "--help"});
    CHECK(help.status == ExitStatus{});
    for (std::sregex_iterator each(help.output.begin(), help.output.end(), option); each != end;
         ++each)
      CHECK(contains(page, each->str()));
  }
  CHECK(commands == 9);
}

TEST_CASE_METHOD(Sandbox, "command line: schema prints the JSON Schema of reports") {
  const auto finished = run({"schema"});
  CHECK(finished.status == ExitStatus{});
  CHECK(finished.output == read_file(AURA_TEST_DATA "/../../lib/analysis/data/report.schema.json"));
}

TEST_CASE_METHOD(Sandbox, "command line: analyse is analyze") {
  const auto file = write("clip.wav", clip());
  CHECK(run({"analyse", file}).output == run({"analyze", file}).output);
  CHECK(contains(run({"analyse", "--help"}).output, "Usage: aura analyze"));
}

TEST_CASE_METHOD(Sandbox, "command line: a misspelt word is told what it may mean") {
  const auto error_of = [this](const Arguments& arguments) {
    const auto finished = run(arguments);
    CHECK(finished.status == ExitStatus{2, 0});
    CHECK(finished.output.empty());
    CHECK(lines(finished.error).size() == 1);
    return finished.error;
  };
  CHECK(error_of({"analize", "a.mp3"}) ==
        "aura: there is no command analize: did you mean analyze? (see --help)\n");
  CHECK(contains(error_of({"wroker"}), "did you mean worker?"));
  CHECK(contains(error_of({"catalogue", "improt", "a.csv"}), "did you mean import?"));
  CHECK(contains(error_of({"analyze", "--fromat", "json", "a.mp3"}), "did you mean --format?"));
  CHECK(contains(error_of({"analyze", "--cahce=dir", "a.mp3"}), "did you mean --cache?"));
  CHECK(error_of({"sing"}) == "aura: there is no command sing (see --help)\n");
  CHECK(!contains(error_of({"analyze", "--xyzzy", "a.mp3"}), "did you mean"));
  CHECK(!contains(error_of({std::string(100'000, 'a')}), "did you mean"));
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
                                     {"migrate", "now"},
                                     {"catalogue"},
                                     {"catalogue", "import"},
                                     {"catalogue", "remove", "first"},
                                     {"similar"},
                                     {"similar", "a.mp3", "-k", "0"},
                                     {"similar", "a.mp3", "--tempo-within", "-1"},
                                     {"similar", "a.mp3", "--cache", "folder"},
                                     {"similar", "a.mp3", "--in", "no such folder"},
                                     {"catalogue", "list"}};
  for (const auto& arguments : wrong) {
    CAPTURE(arguments);
    const auto finished = run(arguments);
    CHECK(finished.status == ExitStatus{2, 0});
    CHECK(finished.output.empty());
    CHECK(!finished.error.empty());
  }
}

}  // namespace aura::test
