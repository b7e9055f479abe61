#include "aura/base/log.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "aura/base/error.h"

using aura::Log;
using aura::LogFormat;
using aura::LogLevel;
using Catch::Matchers::EndsWith;
using Catch::Matchers::Matches;

TEST_CASE("log: a text line has time, level, worker, job, message and fields") {
  std::ostringstream sink;
  const Log log(LogLevel::kInfo, LogFormat::kText, "worker-1", sink);
  log.for_job("job-1").warning("slow", {{"ms", std::int64_t{12}}, {"stage", std::string("fetch")}});
  CHECK_THAT(sink.str(),
             Matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z WARNING \\[worker-1\\] "
                     "\\[job job-1\\] slow ms=12 stage=fetch\n"));
}

TEST_CASE("log: an attempt at a job is named on each of its lines") {
  std::ostringstream text;
  Log(LogLevel::kInfo, LogFormat::kText, "w", text).for_job("job-1", 2).info("started");
  CHECK_THAT(text.str(), EndsWith("[job job-1] started attempt=2\n"));
  std::ostringstream json;
  Log(LogLevel::kInfo, LogFormat::kJson, "w", json).for_job("job-1", 2).info("started");
  CHECK(nlohmann::json::parse(json.str()).at("attempt") == 2);
}

TEST_CASE("log: a message that repeats is held back, each job's on its own") {
  std::ostringstream sink;
  const Log log(LogLevel::kInfo, LogFormat::kText, "w", sink);
  for (int i = 0; i < 100; ++i) log.warning("again");
  for (int i = 0; i < 100; ++i) log.for_job(std::to_string(i)).warning("failed");
  const auto text = sink.str();
  CHECK(std::count(text.begin(), text.end(), '\n') == 110);
}

TEST_CASE("log: what is below the level is not written") {
  std::ostringstream sink;
  const Log log(LogLevel::kWarning, LogFormat::kText, "w", sink);
  log.debug("no");
  log.info("no");
  CHECK(sink.str().empty());
  log.error("yes");
  CHECK(!sink.str().empty());
}

TEST_CASE("log: hostile text stays on its line, in either format") {
  const std::string hostile = "first\nsecond\x1b[31m\r\xff\"quoted\"";
  std::ostringstream text;
  Log(LogLevel::kInfo, LogFormat::kText, "w", text)
      .for_job(hostile)
      .info(hostile, {{"field", hostile}});
  const auto line = text.str();
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(line.find('\x1b') == std::string::npos);

  std::ostringstream json;
  Log(LogLevel::kInfo, LogFormat::kJson, "w", json)
      .for_job("job")
      .info(hostile, {{"field", hostile}});
  const auto object = nlohmann::json::parse(json.str());
  CHECK(object.at("level") == "INFO");
  CHECK(object.at("worker") == "w");
  CHECK(object.at("jobId") == "job");
  CHECK(object.contains("time"));
  CHECK(json.str().find('\n') == json.str().size() - 1);
}

TEST_CASE("log: levels and formats are read without regard to case, others refused") {
  CHECK(aura::parse_log_level("debug") == LogLevel::kDebug);
  CHECK(aura::parse_log_format("JSON") == LogFormat::kJson);
  CHECK_THROWS_AS(aura::parse_log_level("LOUD"), aura::ConfigError);
  CHECK_THROWS_AS(aura::parse_log_format("xml"), aura::ConfigError);
}
