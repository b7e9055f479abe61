#include <catch2/catch.hpp>

#include "fixture.h"

namespace aura::test {
namespace {

/// Needs no database: `aura analyze` must do without.
class Analyze : public Sandbox {
 public:
  Analyze() {
    server.serve_folder(data_file("music"));
    server.serve("/clip.wav", ok(clip()));
  }
  std::string clip_file() const { return write("clip.wav", clip()); }

  HttpServer server;
};

}  // namespace

TEST_CASE_METHOD(Analyze, "analyze: --json prints one fullReport a line for each input, in order") {
  const auto finished = run({"analyze", "--json", data_file("music/lake_waltz.wav"), clip_file()});
  CHECK(finished.status == ExitStatus{});
  CHECK(finished.error.empty());
  const auto found = reports(finished.output);
  REQUIRE(found.size() == 2);
  CHECK(found[0]["features"]["tempo"].get<double>() == Approx(143.5546875));
  for (const auto& report : found) {
    for (const auto* key :
         {"hit_factor", "scores", "recommendations", "similar_hits", "model_version", "features"}) {
      CHECK(report.contains(key));
    }
    CHECK(is_finite(report));
  }
}

TEST_CASE_METHOD(Analyze, "analyze: a report is for people unless JSON is asked for") {
  const auto finished = run({"analyze", data_file("music/lake_waltz.wav")});
  CHECK(finished.status == ExitStatus{});
  CHECK(finished.error.empty());
  CHECK(contains(finished.output, "lake_waltz.wav"));
  CHECK(contains(finished.output, "143.6 BPM"));
  CHECK(!contains(finished.output, "\x1b"));
}

TEST_CASE_METHOD(Analyze, "analyze: a file and a URL give the same report") {
  const auto finished = run({"analyze", "--json", data_file("music/mirror_ball.opus"),
                             server.url("/mirror_ball.opus?signature=1")});
  CHECK(finished.status == ExitStatus{});
  const auto found = lines(finished.output);
  REQUIRE(found.size() == 2);
  CHECK(found[0] == found[1]);
}

TEST_CASE_METHOD(Analyze,
                 "analyze: an input that fails stops no other, and the exit status tells") {
  const auto clip_path = clip_file();
  server.serve("/empty.mp3", ok(""));
  const auto text = write("text.mp3", "this is no music at all\n");
  const auto finished =
      run({"analyze", "--json", write("empty.mp3", ""), clip_path, text, "missing.mp3",
           server.url("/gone.mp3"), server.url("/empty.mp3"), folder(), "ftp://host/song.mp3",
           "http://127.0.0.1:1/song.mp3", server.url("/clip.wav")});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(reports(finished.output).size() == 2);
  const auto errors = lines(finished.error);
  CAPTURE(finished.error);
  REQUIRE(errors.size() == 8);
  for (const auto& error : errors) CHECK(error.starts_with("aura: "));
  CHECK(contains(errors[0], "empty.mp3: the file is empty"));
  CHECK(contains(errors[1], "text.mp3: "));
  CHECK(contains(errors[2], "missing.mp3: there is no such file"));
  CHECK(contains(errors[3], "404"));
  CHECK(contains(errors[4], "is empty"));
  CHECK(contains(errors[6], "https:// or http://"));
  CHECK(contains(errors[7], "refuses connections"));
}

TEST_CASE_METHOD(Analyze, "analyze: a file's name can't spoil the terminal") {
  const auto finished = run({"analyze", "a\nb\x1b[31m.mp3"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(lines(finished.error).size() == 1);
  CHECK(!contains(finished.error, "\x1b"));
}

TEST_CASE_METHOD(Analyze, "analyze: lyrics count") {
  std::string lyrics;
  for (int i = 0; i < 123; ++i) lyrics += "l\u00E4\u3000";  // an ideographic space between
  const auto finished =
      run({"analyze", "--json", "--lyrics", write("lyrics.txt", lyrics), clip_file()});
  CHECK(finished.status == ExitStatus{});
  const auto found = reports(finished.output);
  REQUIRE(found.size() == 1);
  CHECK(found[0]["scores"]["lyrics"] == 62);
}

TEST_CASE_METHOD(Analyze, "analyze: ten seconds of silence give finite numbers and a warning") {
  const auto finished = run({"analyze", "--json", write("silence.wav", silence(10))});
  CHECK(finished.status == ExitStatus{});
  const auto found = reports(finished.output);
  REQUIRE(found.size() == 1);
  CHECK(is_finite(found[0]));
  CHECK(found[0]["features"]["tempo"] == 0);
  CHECK(found[0]["warnings"].size() == 1);
}

}  // namespace aura::test
