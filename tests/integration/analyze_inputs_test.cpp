#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "aura/test/eventually.h"
#include "fixture.h"
#include "tones.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

/// Needs no database, as `aura analyze` does.
class AnalyzeInputs : public Sandbox {
 public:
  AnalyzeInputs() { server.serve("/clip.wav", ok(clip())); }

  /// Writes a file, and the folders that it is in.
  std::string put(const std::string& name, const std::string& content) const {
    fs::create_directories((folder() / name).parent_path());
    return write(name, content);
  }
  /// The inputs of a run of `aura analyze --json` that goes well.
  std::vector<std::string> files_of(Arguments arguments) const {
    arguments.insert(arguments.begin(), {"analyze", "--json"});
    const auto finished = run(arguments);
    INFO(finished.error);
    CHECK(finished.status == ExitStatus{});
    CHECK(finished.error.empty());
    std::vector<std::string> files;
    for (const auto& report : reports(finished.output)) files.push_back(report["file"]);
    return files;
  }
  /// Runs a line of bash, whose "$aura" is the program.
  Finished bash(const std::string& line, const Environment& more = {}) const {
    auto all = more;
    all["aura"] = AURA_PROGRAM;
    Process process({"/bin/bash", "-c", line}, {all, folder()});
    const auto status = process.wait();
    return {status, process.output(), process.error_output()};
  }
  /// The only line of standard error of a run that fails with status `code`.
  std::string error_of(const Finished& finished, int code = 1) const {
    CHECK(finished.status == ExitStatus{code, 0});
    const auto errors = lines(finished.error);
    CAPTURE(finished.error);
    REQUIRE(errors.size() == 1);
    return errors[0];
  }

  HttpServer server;
};

}  // namespace

TEST_CASE_METHOD(AnalyzeInputs,
                 "analyze: a folder stands for its audio files, with -r also below") {
  for (const auto* name : {"music/b.wav", "music/a.WAV", "music/sub/c.wav", "music/sub/.hidden.wav",
                           "music/.hidden/d.wav", "music/cover.jpg"})
    put(name, clip());
  CHECK(files_of({"music"}) == std::vector<std::string>{"music/a.WAV", "music/b.wav"});
  const std::vector<std::string> all{"music/a.WAV", "music/b.wav", "music/sub/c.wav"};
  CHECK(files_of({"-r", "music"}) == all);
  CHECK(files_of({"music/b.wav", "-r", "music/sub/"}) ==
        std::vector<std::string>{"music/b.wav", "music/sub/c.wav"});
  put("outer/inner/e.wav", clip());
  CHECK(contains(error_of(run({"analyze", "outer"})), "outer: no audio file is in this folder"));
  fs::create_directory(folder() / "empty");
  CHECK(contains(error_of(run({"analyze", "-r", "empty"})), "in this folder or below it"));
}

TEST_CASE_METHOD(AnalyzeInputs, "analyze: results come in the order of the inputs, whatever -j") {
  constexpr int kTracks = 12;
  for (int i = 0; i < kTracks; ++i)  // the first takes longest
    put("music/" + std::to_string(100 + i) + ".wav", tone(i, i == 0 ? 20 : 1.5));
  write("music/105.wav", "no music");
  const auto one = run({"analyze", "--json", "-j", "1", "music"});
  CHECK(one.status == ExitStatus{1, 0});
  CHECK(reports(one.output).size() == kTracks);
  for (const auto* threads : {"3", "256"}) {
    const auto many = run({"analyze", "--json", "-j", threads, "music"});
    CHECK(many.status == one.status);
    CHECK(many.output == one.output);
    CHECK(many.error == one.error);
  }
  CHECK(run({"analyze", "--json", "music"}).output == one.output);
}

TEST_CASE_METHOD(AnalyzeInputs, "analyze: a playlist stands for its tracks") {
  put("music/a b.wav", clip());
  put("music/sub/ü.wav", clip());
  put("other/c.wav", clip());
  const auto url = server.url("/clip.wav");
  put("music/list.m3u8", "\xEF\xBB\xBF#EXTM3U\r\n#EXTINF:1,A - B\r\na b.wav\r\n\r\nsub\\ü.wav\r\n" +
                             url + "\r\n../other/c.wav\r\nfile://" +
                             (folder() / "music/a%20b.wav").string() + "\n" +
                             (folder() / "other/c.wav").string());
  CHECK(files_of({"music/list.m3u8"}) ==
        std::vector<std::string>{"music/a b.wav", "music/sub/ü.wav", url, "music/../other/c.wav",
                                 (folder() / "music/a b.wav").string(),
                                 (folder() / "other/c.wav").string()});
  put("music/list.PLS",
      "[playlist]\nFile1=a b.wav\nTitle1=A=B\nfile2 = sub/ü.wav\nFileless=x\nNumberOfEntries=2\n");
  CHECK(files_of({"music/list.PLS", "other"}) ==
        std::vector<std::string>{"music/a b.wav", "music/sub/ü.wav", "other/c.wav"});
}

TEST_CASE_METHOD(AnalyzeInputs,
                 "analyze: a playlist's entries lead to files and public URLs alone") {
  REQUIRE(mkfifo((folder() / "pipe.wav").c_str(), 0600) == 0);
  write("list.m3u", "pipe.wav\n-\n/dev/zero\nmissing.wav\nother.m3u\nhttp://127.0.0.1:1/a.wav\n");
  write("other.m3u", "a.wav\n");
  const auto finished =
      run({"analyze", "--json", "list.m3u"}, {{"AURA_ALLOW_HOSTS", "none.example"}});
  CHECK(finished.status == ExitStatus{1, 0});
  std::vector<std::string> codes;
  for (const auto& line : reports(finished.output)) codes.push_back(line["error"]["code"]);
  CHECK(codes == std::vector<std::string>{"unreadable", "unreadable", "unreadable", "unreadable",
                                          "not_audio", "url_forbidden"});
}

TEST_CASE_METHOD(AnalyzeInputs, "analyze: what is no playlist fails as one input") {
  write("empty.m3u", "#EXTM3U\n");
  write("binary.m3u", clip());
  write("good.wav", clip());
  const auto finished = run({"analyze", "--json", "empty.m3u", "binary.m3u", "no.pls", "good.wav"});
  CHECK(finished.status == ExitStatus{1, 0});
  const auto errors = lines(finished.error);
  REQUIRE(errors.size() == 3);
  CHECK(errors[0] == "aura: empty.m3u: the playlist names no track");
  CHECK(contains(errors[1], "binary.m3u: this is no playlist"));
  CHECK(contains(errors[2], "no.pls: there is no such file"));
  CHECK(reports(finished.output)[3].contains("hit_factor"));
}

TEST_CASE_METHOD(AnalyzeInputs, "analyze: - is standard input, be it a pipe or a file") {
  write("clip.wav", clip());
  auto of_file = reports(run({"analyze", "--json", "clip.wav"}).output).at(0);
  for (const auto* line :
       {"cat clip.wav | \"$aura\" analyze --json -", "\"$aura\" analyze --json - < clip.wav"}) {
    const auto finished = bash(line);
    CHECK(finished.status == ExitStatus{});
    CHECK(finished.error.empty());
    auto found = reports(finished.output).at(0);
    CHECK(found["file"] == "-");
    found["file"] = "clip.wav";
    CHECK(found == of_file);
  }
  CHECK(contains(bash("\"$aura\" analyze - < clip.wav").output, "standard input\n"));
  write("-", clip());
  CHECK(files_of({"./-"}) == std::vector<std::string>{"./-"});
}

TEST_CASE_METHOD(AnalyzeInputs, "analyze: standard input is read up to MAX_AUDIO_MB, and once") {
  const Environment megabyte{{"MAX_AUDIO_MB", "1"}};
  CHECK(contains(error_of(bash("head -c 1100000 /dev/zero | \"$aura\" analyze -", megabyte)),
                 "longer than 1 MB: raise MAX_AUDIO_MB"));
  CHECK(contains(error_of(bash("yes | \"$aura\" analyze -", megabyte)), "longer than 1 MB"));
  CHECK(contains(error_of(bash("\"$aura\" analyze - < /dev/null")), "the file is empty"));
  CHECK(contains(error_of(bash("\"$aura\" analyze - <&-")), "the file is empty"));
  CHECK(contains(error_of(run({"analyze", "-", "-"}), 2), "give it once"));
}

TEST_CASE_METHOD(AnalyzeInputs, "analyze: a pipe is read if somebody writes to it") {
  write("clip.wav", clip());
  const auto finished = bash("\"$aura\" analyze --json clip.wav <(cat clip.wav)");
  CHECK(finished.status == ExitStatus{});
  const auto found = reports(finished.output);
  REQUIRE(found.size() == 2);
  CHECK(found[0]["sha256"] == found[1]["sha256"]);
  CHECK(found[0]["features"] == found[1]["features"]);
}

TEST_CASE_METHOD(AnalyzeInputs, "analyze: lyrics belong to a single track") {
  write("lyrics.txt", "la la la");
  put("music/a.wav", clip());
  CHECK(run({"analyze", "--lyrics", "lyrics.txt", "music"}).status == ExitStatus{});
  put("music/b.wav", clip());
  CHECK(contains(error_of(run({"analyze", "--lyrics", "lyrics.txt", "music"}), 2),
                 "--lyrics belongs to one track"));
}

TEST_CASE_METHOD(AnalyzeInputs, "analyze: no .env and no proxy can break the analysis of files") {
  const auto file = write("clip.wav", clip());
  const auto plain = run({"analyze", "--json", file}).output;
  const Environment proxies{
      {"HTTPS_PROXY", "socks5://[broken"}, {"http_proxy", "::"},      {"NO_PROXY", "///"},
      {"AURA_ALLOW_HOSTS", "***"},         {"FETCH_TIMEOUT", "soon"}, {"DATABASE_URL", "nonsense"}};
  for (const std::string dotenv : {"this is no setting\n", "MAX_AUDIO_MINUTES=none\n",
                                   "AURA_SANDBOX=maybe\nMAX_AUDIO_MB=1e9\n"}) {
    CAPTURE(dotenv);
    write(".env", dotenv);
    const auto finished = run({"analyze", "--json", file}, proxies);
    CHECK(finished.status == ExitStatus{});
    CHECK(finished.error.empty());
    CHECK(finished.output == plain);
    CHECK(run({"report", file, "-o", "page.html"}, proxies).status == ExitStatus{});
    // URLs need them.
    CHECK(run({"analyze", file, server.url("/clip.wav")}, proxies).status == ExitStatus{2, 0});
  }
  fs::remove(folder() / ".env");
  fs::create_directory(folder() / ".env");
  CHECK(run({"analyze", "--json", file}, proxies).output == plain);
}

TEST_CASE_METHOD(AnalyzeInputs, "analyze --cache: after a kill, no track is measured again") {
  constexpr std::size_t kTracks = 24;
  for (std::size_t i = 0; i < kTracks; ++i)
    put("music/" + std::to_string(i) + ".wav", tone(static_cast<int>(i)));
  const auto stored = [&] {
    std::set<std::pair<std::string, ino_t>> files;
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(folder() / "cache", missing)) {
      struct stat status {};
      if (entry.path().extension() == ".json" && ::stat(entry.path().c_str(), &status) == 0)
        files.emplace(entry.path().filename(), status.st_ino);
    }
    return files;
  };
  const Arguments arguments{"analyze", "--cache", "cache", "-j", "2", "music"};
  auto killed = start(arguments);
  eventually("some tracks are measured", [&] { return stored().size() >= 5; });
  killed.kill(SIGKILL);
  killed.wait();
  const auto before = stored();
  const auto finished = run(arguments);
  CHECK(finished.status == ExitStatus{});
  CHECK(stored().size() == kTracks);
  for (const auto& file : before) CHECK(stored().contains(file));  // not replaced
  std::size_t hits = 0;
  for (const auto& line : lines(finished.output)) hits += contains(line, "Cache             hit");
  CHECK(hits == before.size());
}

}  // namespace aura::test
