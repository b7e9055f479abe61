#include <catch2/catch.hpp>

#include <filesystem>

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

TEST_CASE_METHOD(
    Analyze, "analyze: --json prints a line for each input, in order: its name and its report") {
  const auto waltz = data_file("music/lake_waltz.wav").string();
  const auto finished = run({"analyze", "--json", waltz, clip_file()});
  CHECK(finished.status == ExitStatus{});
  CHECK(finished.error.empty());
  const auto found = reports(finished.output);
  REQUIRE(found.size() == 2);
  CHECK(found[0]["file"] == waltz);
  CHECK(found[1]["file"] == clip_file());
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
  CHECK(contains(finished.output, "librosa's tempo   143.6 BPM"));
  CHECK(!contains(finished.output, "\x1b"));
}

TEST_CASE_METHOD(Analyze, "analyze: a file and a URL give the same report") {
  const auto finished = run({"analyze", "--json", data_file("music/mirror_ball.opus"),
                             server.url("/mirror_ball.opus?signature=1")});
  CHECK(finished.status == ExitStatus{});
  auto found = reports(finished.output);
  REQUIRE(found.size() == 2);
  for (auto& report : found) CHECK(report.erase("file") == 1);
  CHECK(found[0].contains("sha256"));
  CHECK(found[0] == found[1]);
}

TEST_CASE_METHOD(Analyze,
                 "analyze: --json names a URL without its secrets, a file as it was given") {
  write("a \"b\"\n.wav", clip());
  const auto finished =
      run({"analyze", "--json", server.url("/clip.wav?signature=secret", "user:secret@127.0.0.1"),
           server.url("/gone.wav?signature=secret"), "a \"b\"\n.wav", "\xff.wav"});
  const auto found = reports(finished.output);
  REQUIRE(found.size() == 4);
  CHECK(found[0]["file"] == server.url("/clip.wav?…"));
  CHECK(found[1]["file"] == server.url("/gone.wav?…"));
  CHECK(found[2]["file"] == "a \"b\"\n.wav");
  CHECK(found[3]["file"] == "\uFFFD.wav");
  CHECK(!contains(finished.output + finished.error, "secret"));
}

TEST_CASE_METHOD(Analyze,
                 "analyze: an input that fails stops no other, and the exit status tells") {
  const auto clip_path = clip_file();
  server.serve("/empty.mp3", ok(""));
  const auto text = write("text.mp3", "this is no music at all\n");
  std::filesystem::create_directory(folder() / "none");
  const auto finished =
      run({"analyze", "--json", write("empty.mp3", ""), clip_path, text, "missing.mp3",
           server.url("/gone.mp3"), server.url("/empty.mp3"), "none", "ftp://host/song.mp3",
           "http://127.0.0.1:1/song.mp3", server.url("/clip.wav")});
  CHECK(finished.status == ExitStatus{1, 0});
  const auto found = reports(finished.output);
  REQUIRE(found.size() == 10);
  const std::vector<std::string> codes{
      "empty_file", "",           "not_audio",       "unreadable",         "http_404",
      "empty_body", "unreadable", "url_unsupported", "connection_refused", ""};
  for (std::size_t i = 0; i < codes.size(); ++i) {
    CAPTURE(found[i].dump());
    CHECK(found[i].contains("file"));
    CHECK(found[i].contains("hit_factor") == codes[i].empty());
    if (codes[i].empty()) continue;
    CHECK(found[i].size() == 2);
    CHECK(found[i]["error"]["code"] == codes[i]);
    // What standard error says too.
    CHECK(contains(finished.error, found[i]["error"]["message"].get<std::string>() + "\n"));
  }
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
