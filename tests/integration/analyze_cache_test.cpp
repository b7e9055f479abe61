#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "fixture.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

/// Needs no database, as `aura analyze` does.
class AnalyzeCache : public Sandbox {
 public:
  AnalyzeCache() {
    server.serve_folder(data_file("music"));
    server.serve("/clip.wav", ok(clip()));
  }

  Finished analyze(const Arguments& inputs, const Environment& more = {}) const {
    return run(with_cache(inputs), more);
  }
  /// What --json prints for these inputs, which must be analysed without a word.
  std::string json(Arguments inputs, const Environment& more = {}) const {
    inputs.insert(inputs.begin(), "--json");
    const auto finished = analyze(inputs, more);
    INFO(finished.error);
    CHECK(finished.status == ExitStatus{});
    CHECK(finished.error.empty());
    CHECK(reports(finished.output).size() + 1 == inputs.size());
    return finished.output;
  }
  Arguments with_cache(const Arguments& inputs) const {
    Arguments all{"analyze", "--cache", cache()};
    all.insert(all.end(), inputs.begin(), inputs.end());
    return all;
  }
  fs::path cache() const { return folder() / "cache"; }
  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(cache(), missing))
      found.push_back(entry.path());
    return found;
  }
  fs::path only_file() const {
    const auto found = files();
    REQUIRE(found.size() == 1);
    return found[0];
  }
  bool is_hit(const std::string& file) const {
    const auto output = analyze({file}).output;
    const bool hit = contains(output, "  Cache             hit\n");
    CHECK(hit != contains(output, "  Cache             miss\n"));
    return hit;
  }

  HttpServer server;
};

Arguments tracks() {
  Arguments all;
  for (const auto* name : {"corner_table.flac", "lake_waltz.wav", "mirror_ball.opus",
                           "night_train.ogg", "northbound.mp3", "slow_harbour.m4a"})
    all.push_back(data_file("music") / name);
  return all;
}

void overwrite(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// An ID3v2 tag with this title.
std::string tag(const std::string& title) {
  const auto size = [](std::size_t bytes) {
    return std::string(3, '\0') + static_cast<char>(bytes);
  };
  const auto frame = "TIT2" + size(title.size() + 1) + std::string(3, '\0') + title;
  return std::string("ID3\x03\0\0", 6) + size(frame.size()) + frame;
}

}  // namespace

TEST_CASE_METHOD(AnalyzeCache, "analyze --cache: a hit's report is a miss's, byte for byte") {
  auto inputs = tracks();
  inputs.push_back(server.url("/clip.wav"));
  auto plain_arguments = inputs;
  plain_arguments.insert(plain_arguments.begin(), {"analyze", "--json"});
  const auto plain = run(plain_arguments).output;
  CHECK(json(inputs) == plain);
  CHECK(files().size() == 7);
  CHECK(json(inputs) == plain);
  CHECK(files().size() == 7);
}

TEST_CASE_METHOD(AnalyzeCache, "analyze --cache: the text tells a hit from a miss, JSON does not") {
  const auto file = data_file("music/lake_waltz.wav").string();
  const auto miss = analyze({file}).output;
  const auto hit = analyze({file}).output;
  const auto plain = run({"analyze", file}).output;
  REQUIRE(plain.ends_with("\n\n"));
  const auto report = plain.substr(0, plain.size() - 1);
  CHECK(miss == report + "  Cache             miss\n\n");
  CHECK(hit == report + "  Cache             hit\n\n");
  CHECK(!contains(json({file}), "ache"));
}

TEST_CASE_METHOD(AnalyzeCache,
                 "analyze --cache: names, URLs and sandboxes are no part of the key") {
  const auto first = json({write("a.wav", clip())}, {{"AURA_SANDBOX", "off"}});
  const auto stored = read_file(only_file());
  CHECK(is_hit(write("b.mp3", clip())));
  CHECK(is_hit(server.url("/clip.wav?signature=1")));
  fs::remove(only_file());
  CHECK(json({folder() / "a.wav"}) == first);
  CHECK(read_file(only_file()) == stored);
}

TEST_CASE_METHOD(AnalyzeCache, "analyze --cache: holds no path, URL, title, lyrics or user") {
  server.serve("/planted-url.mp3",
               ok(tag("planted-title") + read_file(data_file("music/northbound.mp3"))));
  fs::create_directory(folder() / "planted-folder");
  const auto file = write("planted-folder/planted-name.wav", clip());
  const auto lyrics = write("planted-lyrics.txt", "planted-words");
  for (const auto& input : {file, server.url("/planted-url.mp3?planted-query=1")}) {
    const auto finished =
        analyze({"--lyrics", lyrics, input}, {{"USER", "planted-user"}, {"HOME", "/planted-home"}});
    CHECK(finished.status == ExitStatus{});
  }
  REQUIRE(files().size() == 2);
  for (const auto& stored : files())
    CHECK(!contains(stored.filename().string() + read_file(stored), "planted"));
}

TEST_CASE_METHOD(AnalyzeCache, "analyze --cache: limits of today refuse a hit in the same words") {
  const Environment minute{{"MAX_AUDIO_MINUTES", "1"}}, megabyte{{"MAX_AUDIO_MB", "1"}};
  auto bytes = silence(61);
  bytes.append((1 << 20) + 1 - bytes.size(), '\0');
  const auto file = write("long.wav", bytes);
  const auto accepted = json({file});
  for (const auto& limits : {minute, megabyte}) {
    const auto hit = analyze({"--json", file}, limits);
    const auto plain = run({"analyze", "--json", file}, limits);
    CHECK(hit.status == ExitStatus{1, 0});
    CHECK(hit.output == plain.output);
    CHECK(hit.error == plain.error);
  }
  CHECK(json({file}) == accepted);
}

TEST_CASE_METHOD(AnalyzeCache, "analyze --cache: what can't be analysed is not stored") {
  const auto finished =
      analyze({write("empty.mp3", ""), write("text.mp3", "no music"), server.url("/gone.mp3")});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(files().empty());
}

TEST_CASE_METHOD(AnalyzeCache, "analyze --cache: a damaged file is measured again, and replaced") {
  const auto clip_path = write("clip.wav", clip());
  const auto report = json({clip_path});
  const auto stored = only_file();
  const auto good = read_file(stored);
  const auto with = [&](const std::string& pointer, const Json& value) {
    auto changed = Json::parse(good);
    changed.at(Json::json_pointer(pointer)) = value;
    return changed.dump();
  };
  const std::vector<std::string> damaged{
      "",
      good.substr(0, good.size() / 2),
      good + "x",
      std::string(good.size(), '\0'),
      "{\"sha256\": NaN}",
      "[1, 2, 3]",
      std::string(500'000, '[') + std::string(500'000, ']'),
      with("/parts/core/version", 999),
      with("/parts/rhythm/version", 0),
      with("/parts/core/data/duration_s", -1),
      with("/parts/core/data/duration_s", "long"),
      with("/parts/pictures/data/onset/data", "?"),
      with("/parts/core/data/warnings", {"\x1b[2J"}),
      with("/sha256", std::string(64, '0')),
  };
  for (const auto& text : damaged) {
    INFO(text.substr(0, 200));
    overwrite(stored, text);
    CHECK(json({clip_path}) == report);
    CHECK(read_file(stored) == good);
  }
  fs::resize_file(stored, std::uintmax_t{1} << 30);  // sparse
  CHECK(json({clip_path}) == report);
  CHECK(read_file(stored) == good);
  CHECK(is_hit(clip_path));
}

TEST_CASE_METHOD(AnalyzeCache, "analyze --cache: two processes at once don't disturb each other") {
  auto inputs = tracks();
  inputs.insert(inputs.begin(), "--json");
  auto one = start(with_cache(inputs)), two = start(with_cache(inputs));
  CHECK(one.wait() == ExitStatus{});
  CHECK(two.wait() == ExitStatus{});
  CHECK(one.output() == two.output());
  CHECK(one.error_output() + two.error_output() == "");
  CHECK(files().size() == 6);
  for (const auto& track : tracks()) CHECK(is_hit(track));
}

TEST_CASE_METHOD(AnalyzeCache,
                 "analyze --cache: a folder that can't be written costs one line, no report") {
  const auto file = write("clip.wav", clip()), not_a_folder = write("cache", "");
  server.serve("/other.wav", ok(silence(2)));
  const auto finished = analyze({"--json", file, server.url("/other.wav")});
  CHECK(finished.status == ExitStatus{});
  CHECK(finished.output == run({"analyze", "--json", file, server.url("/other.wav")}).output);
  REQUIRE(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, "aura: the folder of --cache can't be written: check "));
  CHECK(read_file(not_a_folder).empty());
}

TEST_CASE_METHOD(AnalyzeCache, "analyze --cache: stays below --cache-max-mb") {
  fs::create_directory(cache());
  for (const char digit : std::string("0123456789abcdef"))
    overwrite(cache() / (std::string(64, digit) + ".json"), std::string(100'000, ' '));
  const auto file = write("clip.wav", clip());
  CHECK(analyze({file}).status == ExitStatus{});
  CHECK(files().size() == 17);
  CHECK(analyze({"--cache-max-mb", "1", write("silence.wav", silence(2))}).status == ExitStatus{});
  std::uintmax_t bytes = 0;
  for (const auto& stored : files()) bytes += fs::file_size(stored);
  CHECK(bytes <= 1 << 20);
  CHECK(bytes > 800'000);
  CHECK(is_hit(file));
}

TEST_CASE_METHOD(AnalyzeCache, "analyze --cache: wrong arguments end with status 2") {
  const auto file = write("clip.wav", clip());
  for (const auto& arguments :
       {Arguments{"--cache", "", file}, Arguments{"--cache-max-mb", "1", file},
        Arguments{"--cache", "cache", "--cache-max-mb", "0", file},
        Arguments{"--cache", "cache", "--cache-max-mb", "much", file}}) {
    CAPTURE(arguments);
    auto all = arguments;
    all.insert(all.begin(), "analyze");
    const auto finished = run(all);
    CHECK(finished.status == ExitStatus{2, 0});
    CHECK(finished.output.empty());
    CHECK(lines(finished.error).size() == 1);
  }
}

}  // namespace aura::test
