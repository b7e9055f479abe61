#include "aura/base/env.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "aura/base/error.h"

using aura::ConfigError;
using aura::Env;
using Catch::Matchers::Contains;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("parse_dotenv: names, quotes, comments, export and Windows line ends") {
  const auto values = aura::parse_dotenv(
      "# a comment\r\n"
      "\n"
      "PLAIN=one two \r\n"
      "export EXPORTED=yes\n"
      "SINGLE='# not a comment'\n"
      "DOUBLE=\"two\nlines\" # a comment\n"
      "COMMENTED=value # a comment\n"
      "HASH=a#b\n"
      "EMPTY=\n"
      "LAST=end");
  CHECK(values.at("PLAIN") == "one two");
  CHECK(values.at("EXPORTED") == "yes");
  CHECK(values.at("SINGLE") == "# not a comment");
  CHECK(values.at("DOUBLE") == "two\nlines");
  CHECK(values.at("COMMENTED") == "value");
  CHECK(values.at("HASH") == "a#b");
  CHECK(values.at("EMPTY").empty());
  CHECK(values.at("LAST") == "end");
  CHECK(values.size() == 8);
}

TEST_CASE("parse_dotenv: what can't be understood is refused with its line number") {
  CHECK_THROWS_WITH(aura::parse_dotenv("A=1\nnonsense\n"),
                    Contains("line 2") && Contains("NAME=value"));
  CHECK_THROWS_WITH(aura::parse_dotenv("A=\"two\nlines\"\n1B=2"), Contains("line 3"));
  CHECK_THROWS_WITH(aura::parse_dotenv("A='open"), Contains("line 1") && Contains("not closed"));
  CHECK_THROWS_AS(aura::parse_dotenv("A='x' y"), ConfigError);
}

TEST_CASE("Env: a number out of range or not a number names the variable and the range") {
  const Env env(
      Env::Values{{"MAX_RETRIES", "abc"}, {"BIG", "101"}, {"HALF", "2.5"}, {"SIGNED", "-1"}});
  CHECK_THROWS_WITH(env.integer("MAX_RETRIES", 3, 0, 100),
                    "MAX_RETRIES must be a whole number from 0 to 100, not 'abc'");
  CHECK_THROWS_AS(env.integer("BIG", 3, 0, 100), ConfigError);
  CHECK_THROWS_AS(env.integer("HALF", 3, 0, 100), ConfigError);
  CHECK_THROWS_AS(env.integer("SIGNED", 3, 0, 100), ConfigError);
  CHECK(env.integer("MISSING", 3, 0, 100) == 3);
}

TEST_CASE("Env: seconds take fractions and refuse what is no number") {
  const Env env(Env::Values{{"FAST", "0.25"}, {"NAN", "nan"}, {"UNIT", "5s"}, {"LONG", "1e9"}});
  const auto read = [&](const char* name) {
    return env.seconds(name, seconds(5), milliseconds(10), seconds(60));
  };
  CHECK(read("FAST") == milliseconds(250));
  CHECK(read("MISSING") == seconds(5));
  CHECK_THROWS_WITH(read("UNIT"), "UNIT must be a number of seconds from 0.01 to 60, not '5s'");
  CHECK_THROWS_AS(read("NAN"), ConfigError);
  CHECK_THROWS_AS(read("LONG"), ConfigError);
}

TEST_CASE("Env: a variable set to nothing counts as not set") {
  const Env env(Env::Values{{"EMPTY", ""}});
  CHECK(!env.find("EMPTY"));
  CHECK(env.text("EMPTY", "fallback") == "fallback");
}

TEST_CASE("Env: what copying leaves around a value is no part of it, wherever it comes from") {
  setenv("AURA_TEST_OWN", "'8080'\n", 1);
  const auto own = Env::load("/nonexistent/.env");
  CHECK(own.find("AURA_TEST_OWN") == "8080");
  setenv("AURA_TEST_OWN", " \"\"\n", 1);
  CHECK(!own.find("AURA_TEST_OWN"));
  unsetenv("AURA_TEST_OWN");

  const auto value = GENERATE(as<std::string>{}, "5", " 5", "5\n", "5\r\n", "\t5\v\f", "\"5\"",
                              "'5'", "\" 5 \"\n", "'\"5\"'", "\uFEFF5\u00A0", "\u200B5\n\n");
  const Env env(Env::Values{{"NUMBER", value}});
  CHECK(env.find("NUMBER") == "5");
  CHECK(env.text("NUMBER", "") == "5");
  CHECK(env.integer("NUMBER", 0, 0, 9) == 5);
  CHECK(env.seconds("NUMBER", seconds(0), seconds(0), seconds(9)) == seconds(5));
}

TEST_CASE("Env: quotes that enclose a part of a value belong to it") {
  for (const std::string value : {"public.\"Jobs\"", "\"public\".\"Jobs\"", "\"a\"\"b\"", "it's",
                                  "\"open", "'a\"", "a \"b\" c"}) {
    CHECK(Env(Env::Values{{"TABLE", value}}).find("TABLE") == value);
  }
  const auto values = aura::parse_dotenv("\uFEFFTABLE=\"public\".\"Jobs\" # comment\nLAST='a'\n");
  CHECK(values.at("TABLE") == "\"public\".\"Jobs\"");
  CHECK(values.at("LAST") == "a");
}

TEST_CASE("Env::load: the environment wins over the file, and a missing file is no error") {
  std::string name = (std::filesystem::temp_directory_path() / "aura_env_XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(name.data());
  std::ofstream(folder / ".env") << "AURA_TEST_BOTH=file\nAURA_TEST_FILE=file\n";
  setenv("AURA_TEST_BOTH", "environment", 1);

  const auto env = Env::load(folder / ".env");
  CHECK(env.text("AURA_TEST_BOTH", "") == "environment");
  CHECK(env.text("AURA_TEST_FILE", "") == "file");
  CHECK(!Env::load(folder / "missing").find("AURA_TEST_FILE"));

  unsetenv("AURA_TEST_BOTH");
  std::filesystem::remove_all(folder);
}
