#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>
#include <utility>

#include "fixture.h"

namespace aura::test {
namespace {

const std::regex kTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");

}  // namespace

TEST_CASE_METHOD(WithTables, "log: LOG_FORMAT=json makes each line an object") {
  insert_path("good");
  insert_path("missing", "/nothing.mp3");
  insert("quote\"and\nbreak", "null");
  const auto finished = drain({{"LOG_FORMAT", "json"}});
  std::set<std::string> levels;
  std::set<std::string> jobs;
  std::set<std::string> workers;
  const auto all = lines(finished.error);
  REQUIRE(!all.empty());
  for (const auto& line : all) {
    CAPTURE(line);
    const auto entry = Json::parse(line);
    CHECK(std::regex_match(entry["time"].get<std::string>(), kTime));
    CHECK(!entry["message"].get<std::string>().empty());
    levels.insert(entry["level"].get<std::string>());
    workers.insert(entry["worker"].get<std::string>());
    if (entry.contains("jobId")) jobs.insert(entry["jobId"].get<std::string>());
  }
  CHECK(levels == std::set<std::string>{"ERROR", "INFO"});
  CHECK(jobs == std::set<std::string>{"good", "missing", "quote\"and break"});
  CHECK(workers.size() == 1);
  CHECK(Json::parse(all[0])["message"] == "AURA Analysis Worker starting...");
}

TEST_CASE_METHOD(WithTables,
                 "log: each attempt's start is told once, and its end with why and what it took") {
  server.serve("/down.wav", reply(503, ""));
  server.serve("/text.mp3", ok("this is no music at all\n"));
  insert_path("good");
  insert_path("down", "/down.wav");
  insert_path("text", "/text.mp3");
  const auto finished = drain({{"LOG_FORMAT", "json"}, {"MAX_RETRIES", "1"}});

  std::map<std::pair<std::string, int>, std::vector<Json>> told;
  for (const auto& line : reports(finished.error)) {
    if (line.contains("jobId")) told[{line["jobId"], line["attempt"]}].push_back(line);
  }
  REQUIRE(told.size() == 4);
  for (const auto& [attempt, lines_of_it] : told) {
    CAPTURE(attempt.first, attempt.second);
    REQUIRE(lines_of_it.size() == 2);
    CHECK(lines_of_it[0]["message"] == "started");
    CHECK(lines_of_it[1]["fetch_ms"].is_number_unsigned());
  }
  const auto end_of = [&](const char* job, int attempt) { return told.at({job, attempt})[1]; };
  CHECK(end_of("good", 1)["message"] == "completed");
  int stages_ms = 0;
  for (const char* stage : {"fetch_ms", "decode_ms", "features_ms", "save_ms"})
    stages_ms += end_of("good", 1)[stage].get<int>();
  CHECK(stages_ms <= end_of("good", 1)["duration_ms"].get<int>());  // none is counted twice
  CHECK(!end_of("good", 1).contains("stage"));
  CHECK(end_of("down", 1)["level"] == "WARNING");
  CHECK(end_of("down", 2)["level"] == "ERROR");
  CHECK(end_of("down", 2)["stage"] == "fetch");
  CHECK(end_of("down", 2)["code"] == "http_503");
  CHECK(end_of("text", 1)["stage"] == "decode");
  CHECK(!end_of("text", 1).contains("decode_ms"));
}

TEST_CASE_METHOD(WithTables, "log: as text, each line has time, level, worker and job") {
  insert_path("good");
  const auto finished = drain();
  const std::regex form(
      R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (DEBUG|INFO|WARNING|ERROR) +\[[^\]]+\] .+)");
  for (const auto& line : lines(finished.error)) {
    CAPTURE(line);
    CHECK(std::regex_match(line, form));
  }
  CHECK(contains(finished.error, "] AURA Analysis Worker starting... "));
  CHECK(contains(finished.error, " libavcodec="));
  CHECK(contains(finished.error, "] [job good] completed "));
}

TEST_CASE_METHOD(WithTables, "log: LOG_LEVEL leaves out what is below it") {
  insert_path("good");
  insert_path("missing", "/nothing.mp3");
  const auto finished = drain({{"LOG_LEVEL", "error"}});
  CHECK(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, "[job missing] failed"));
}

}  // namespace aura::test
