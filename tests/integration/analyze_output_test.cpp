#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "aura/base/sha256.h"
#include "fixture.h"
#include "tones.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

class AnalyzeOutput : public Sandbox {
 public:
  std::string put(const std::string& name, const std::string& content) const {
    fs::create_directories((folder() / name).parent_path());
    return write(name, content);
  }
  /// The files below `name`, in order, as paths from there.
  std::vector<std::string> files_in(const std::string& name) const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder() / name))
      if (!entry.is_directory())
        files.push_back(entry.path().lexically_relative(folder() / name).string());
    std::sort(files.begin(), files.end());
    return files;
  }
  Json json_in(const std::string& name) const { return reports(read_file(folder() / name)).at(0); }
};

using Row = std::vector<std::string>;

/// The records of CSV whose cells have no line breaks.
std::vector<Row> table(const std::string& csv) {
  std::vector<Row> rows;
  for (auto line : lines(csv)) {
    REQUIRE(line.ends_with('\r'));
    line.back() = ',';
    Row row;
    const std::regex cell("(\"((?:[^\"]|\"\")*)\"|([^,]*)),");
    for (std::sregex_iterator it(line.begin(), line.end(), cell), end; it != end; ++it)
      row.push_back((*it)[2].matched ? std::regex_replace((*it)[2].str(), std::regex("\"\""), "\"")
                                     : (*it)[3].str());
    rows.push_back(row);
  }
  return rows;
}

/// The cell of a row by the name of its column.
std::string at(const std::vector<Row>& rows, std::size_t row, const std::string& column) {
  const auto found = std::find(rows[0].begin(), rows[0].end(), column);
  REQUIRE(found != rows[0].end());
  REQUIRE(rows.at(row).size() == rows[0].size());
  return rows[row][static_cast<std::size_t>(found - rows[0].begin())];
}

std::string hash(const std::string& bytes) {
  return to_hex(sha256({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
}

}  // namespace

TEST_CASE_METHOD(AnalyzeOutput, "analyze: each line of JSON has the file and its SHA-256") {
  write("a.wav", clip());
  write("b.wav", silence(2));
  const auto found = reports(run({"analyze", "--format", "json", "a.wav", "b.wav"}).output);
  REQUIRE(found.size() == 2);
  CHECK(found[0]["sha256"] == hash(clip()));
  CHECK(found[1]["sha256"] == hash(silence(2)));
  CHECK(run({"analyze", "--json", "a.wav"}).output ==
        run({"analyze", "--format", "json", "a.wav"}).output);
}

TEST_CASE_METHOD(AnalyzeOutput, "analyze: CSV has a row per input, with the values of the report") {
  write("a, \"b\".wav", clip());
  write("text.wav", "no music");
  const auto finished = run({"analyze", "--format", "csv", "a, \"b\".wav", "text.wav",
                             data_file("music/lake_waltz.wav").string()});
  CHECK(finished.status == ExitStatus{1, 0});
  const auto rows = table(finished.output);
  REQUIRE(rows.size() == 4);
  CHECK(at(rows, 1, "file") == "a, \"b\".wav");
  CHECK(at(rows, 1, "sha256") == hash(clip()));
  CHECK(at(rows, 1, "error").empty());
  CHECK(at(rows, 2, "file") == "text.wav");
  CHECK(at(rows, 2, "rhythm.bpm").empty());
  CHECK(contains(at(rows, 2, "error"), "this is not audio"));
  const auto report =
      reports(run({"analyze", "--json", data_file("music/lake_waltz.wav").string()}).output).at(0);
  CHECK(at(rows, 3, "rhythm.bpm") == report["rhythm"]["bpm"].dump());
  CHECK(at(rows, 3, "tonal.key") == report["tonal"]["key"]);
  CHECK(at(rows, 3, "loudness.integrated") == report["loudness"]["integrated"].dump());
  CHECK(at(rows, 3, "features.tempo") == report["features"]["tempo"].dump());
  CHECK(at(rows, 3, "hit_factor") == report["hit_factor"].dump());
}

TEST_CASE_METHOD(AnalyzeOutput,
                 "analyze: --for-spreadsheet leaves no cell a formula, numbers as they are") {
  for (const auto* name : {"=1+1.wav", "@sum.wav", "+a.wav"}) write(name, clip());
  const Arguments inputs{"=1+1.wav", "@sum.wav", "+a.wav", data_file("music/lake_waltz.wav")};
  Arguments all{"analyze", "--format", "csv"};
  all.insert(all.end(), inputs.begin(), inputs.end());
  const auto plain = table(run(all).output);
  all.emplace_back("--for-spreadsheet");
  const auto escaped = table(run(all).output);
  REQUIRE(escaped.size() == 5);
  for (std::size_t row = 1; row < 4; ++row) {
    CHECK(at(plain, row, "file") == inputs[row - 1]);
    CHECK(at(escaped, row, "file") == "'" + inputs[row - 1]);
  }
  CHECK(at(escaped, 4, "loudness.integrated").starts_with("-"));
  CHECK(escaped[4] == plain[4]);
}

TEST_CASE_METHOD(AnalyzeOutput, "analyze: Spotify's shape, with nulls or without") {
  const auto file = data_file("music/lake_waltz.wav").string();
  const auto report = reports(run({"analyze", "--json", file}).output).at(0);
  auto all = Json::parse(run({"analyze", "--format", "spotify", file}).output);
  CHECK(all.size() == 20);
  CHECK(all["file"] == file);
  CHECK(all["sha256"] == report["sha256"]);
  CHECK(all["tempo"] == report["rhythm"]["bpm"]);
  CHECK(all["loudness"] == report["loudness"]["integrated"]);
  CHECK(all["time_signature"] == 3);
  CHECK(all["energy"].is_null());
  const auto some =
      Json::parse(run({"analyze", "--format", "spotify", "--missing", "omit", file}).output);
  for (auto value = all.begin(); value != all.end();)
    value = value->is_null() ? all.erase(value) : std::next(value);
  CHECK(some == all);
}

TEST_CASE_METHOD(AnalyzeOutput,
                 "analyze -o: mirrors the folders of the inputs, and prints nothing") {
  put("music/a.wav", clip());
  put("music/sub/deep/b.wav", silence(2));
  write("music/text.wav", "no music");
  const auto finished = run({"analyze", "-r", "music", "-o", "new/out", "--json"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(finished.output.empty());
  CHECK(lines(finished.error).size() == 1);
  CHECK(files_in("new/out") == std::vector<std::string>{"a.wav.json", "sub/deep/b.wav.json"});
  CHECK(json_in("new/out/sub/deep/b.wav.json")["sha256"] == hash(silence(2)));
  CHECK(run({"analyze", (folder() / "music/a.wav").string(), "-o", "text"}).status == ExitStatus{});
  CHECK(read_file(folder() / "text/a.wav.txt") == run({"analyze", "music/a.wav"}).output);
  CHECK(run({"analyze", "music/a.wav", "-o", "csv", "--format", "csv"}).status == ExitStatus{});
  CHECK(read_file(folder() / "csv/a.wav.csv") ==
        run({"analyze", "--format", "csv", "music/a.wav"}).output);
}

TEST_CASE_METHOD(AnalyzeOutput, "analyze -o: no input gets the file of another") {
  put("a/clip.wav", clip());
  put("b/clip.wav", silence(2));
  put("c/clip.wav (2)", silence(3));
  const Arguments arguments{"analyze",    "a/clip.wav", "b/clip.wav", "c/clip.wav (2)",
                            "a/clip.wav", "--json",     "-o",         "out",
                            "-j",         "3"};
  for (int i = 0; i < 2; ++i) {  // a second run gives the same files
    CHECK(run(arguments).status == ExitStatus{});
    CHECK(files_in("out") == std::vector<std::string>{"clip.wav (2) (2).json", "clip.wav (2).json",
                                                      "clip.wav (3).json", "clip.wav.json"});
    CHECK(json_in("out/clip.wav.json")["file"] == "a/clip.wav");
    CHECK(json_in("out/clip.wav (2).json")["file"] == "b/clip.wav");
    CHECK(json_in("out/clip.wav (2) (2).json")["file"] == "c/clip.wav (2)");
    CHECK(json_in("out/clip.wav (3).json")["file"] == "a/clip.wav");
  }
}

TEST_CASE_METHOD(AnalyzeOutput, "analyze -o: writes nothing outside the folder") {
  put("music/sub/a.wav", clip());
  put("music/b.wav", clip());
  put("elsewhere/kept.json", "kept");
  put("out/x", "");
  fs::create_directory_symlink("../elsewhere", folder() / "out/sub");
  fs::create_symlink("../elsewhere/kept.json", folder() / "out/b.wav.json");
  const auto finished = run({"analyze", "--json", "-r", "music", "-o", "out"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(contains(finished.error, "out/sub/a.wav.json can't be written: a part of it is a link"));
  CHECK(files_in("elsewhere") == std::vector<std::string>{"kept.json"});
  CHECK(read_file(folder() / "elsewhere/kept.json") == "kept");
  CHECK(json_in("out/b.wav.json")["file"] == "music/b.wav");  // in the place of the link

  put("lists/list.m3u", "../music/b.wav\n../music/sub/../sub/a.wav\n");
  CHECK(
      run({"analyze", "--json", "lists/list.m3u", "music/../music/b.wav", "-o", "other"}).status ==
      ExitStatus{});
  CHECK(files_in("other") ==
        std::vector<std::string>{"a.wav.json", "b.wav (2).json", "b.wav.json"});
}

TEST_CASE_METHOD(AnalyzeOutput, "analyze -o: never writes over a track") {
  write("clip.wav", clip());
  write("clip.wav.json", silence(2));  // whatever it is called
  const auto finished = run({"analyze", "--json", "clip.wav", "clip.wav.json", "-o", "."});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(contains(finished.error, "clip.wav.json is a track: name another folder"));
  CHECK(read_file(folder() / "clip.wav.json") == silence(2));
  CHECK(json_in("clip.wav.json.json")["sha256"] == hash(silence(2)));
}

TEST_CASE_METHOD(AnalyzeOutput, "analyze -o: odd names are kept, long ones cut") {
  const std::string longest(251, 'n');
  const std::vector<std::string> names{"a\nb.wav", "\xff.wav", " .wav", "%s.wav", longest + ".wav"};
  for (const auto& name : names) put("music/" + name, clip());
  CHECK(run({"analyze", "--json", "music", "-o", "out"}).status == ExitStatus{});
  const auto files = files_in("out");
  CHECK(files.size() == names.size());
  for (std::size_t i = 0; i + 1 < names.size(); ++i)
    CHECK(std::find(files.begin(), files.end(), names[i] + ".json") != files.end());
}

TEST_CASE_METHOD(AnalyzeOutput, "analyze: wrong arguments end with status 2") {
  write("clip.wav", clip());
  write("file", "");
  for (const auto& arguments : std::vector<Arguments>{{"--format", "xml"},
                                                      {"--format", "csv", "--json"},
                                                      {"-j", "0"},
                                                      {"-j", "many"},
                                                      {"--for-spreadsheet"},
                                                      {"--missing", "omit"},
                                                      {"--format", "spotify", "--missing", "all"},
                                                      {"-o", "file"},
                                                      {"-o", "/proc/none"}}) {
    CAPTURE(arguments);
    auto all = arguments;
    all.insert(all.begin(), {"analyze", "clip.wav"});
    const auto finished = run(all);
    CHECK(finished.status == ExitStatus{2, 0});
    CHECK(finished.output.empty());
    CHECK(lines(finished.error).size() == 1);
  }
}

TEST_CASE_METHOD(AnalyzeOutput, "analyze --beats: a label per beat, which counts in its bar") {
  const auto file = data_file("music/lake_waltz.wav").string();
  const auto finished = run({"analyze", "--json", "--beats", "beats.txt", file});
  CHECK(finished.status == ExitStatus{});
  const auto rhythm = reports(finished.output).at(0)["rhythm"];
  const auto labels = lines(read_file(folder() / "beats.txt"));
  REQUIRE(labels.size() == rhythm["beats"].size());
  const std::regex form(R"((\d+\.\d{6})\t(\d+\.\d{6})\t(\d+))");
  std::size_t bars = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::smatch label;
    REQUIRE(std::regex_match(labels[i], label, form));
    CHECK(label[1] == label[2]);
    CHECK(std::stod(label[1].str()) == Approx(rhythm["beats"][i].get<double>()).margin(0.001));
    if (label[3] == "1") ++bars;
    CHECK(std::stoi(label[3].str()) <= 3);
  }
  CHECK(bars >= rhythm["downbeats"].size());
  CHECK(bars <= rhythm["downbeats"].size() + 1);  // beats before the first bar count too
  write("clip.wav", clip());
  CHECK(run({"analyze", "--beats", "beats.txt", file, "clip.wav"}).status == ExitStatus{2, 0});
}

TEST_CASE_METHOD(AnalyzeOutput, "analyze: a terminal is told how far it is, and totals") {
  for (int i = 0; i < 4; ++i) put("music/" + std::to_string(i) + ".wav", tone(i));
  write("music/text.wav", "no music");
  const auto on_terminal = [&](const std::string& inputs) {
    Process process({"/usr/bin/script", "-qec",
                     std::string(AURA_PROGRAM) + " analyze --cache cache " + inputs + " > out.txt",
                     "/dev/null"},
                    {{}, folder()});
    process.wait();
    return process.output();
  };
  CHECK(contains(on_terminal("music"), "aura: 4 of 5 tracks analysed in "));
  const auto again = on_terminal("music");
  CHECK(contains(again, ", 4 of them from the cache; 1 failed"));
  CHECK(!contains(read_file(folder() / "out.txt"), "\x1b"));
  CHECK(contains(on_terminal("music/1.wav"), "1.wav  "));
  const auto quiet = run({"analyze", "--cache", "cache", "music"});
  CHECK(lines(quiet.error).size() == 1);  // of text.wav
}

}  // namespace aura::test
