#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "aura/base/text.h"
#include "fixture.h"
#include "tones.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

using Texts = std::map<std::string, std::string>;

/// Needs no database, as `aura analyze` does.
class WriteTags : public Sandbox {
 public:
  WriteTags() { fs::create_directory(music()); }

  fs::path music() const { return folder() / "music"; }
  std::string put(const std::string& name, const std::string& content) const {
    return write("music/" + name, content);
  }
  /// Copies the sample tracks, a format each.
  void put_all() const {
    for (const auto& entry : fs::directory_iterator(data_file("music")))
      if (const auto ending = entry.path().extension(); ending != ".py" && ending != ".sh" &&
                                                        ending != ".csv" && ending != ".md" &&
                                                        ending != ".json")
        fs::copy_file(entry.path(), music() / entry.path().filename());
  }
  /// The content of each file in the folder, hidden ones too.
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::directory_iterator(music()))
      if (entry.is_regular_file()) all[entry.path().filename()] = read_file(entry.path());
    return all;
  }
  Finished tag(Arguments arguments, const Environment& more = {}) const {
    arguments.insert(arguments.begin(), {"analyze", "--json", "--write-tags"});
    return run(arguments, more);
  }
  /// Runs a line of bash, whose "$aura" is the program.
  Finished bash(const std::string& line) const {
    Process process({"/bin/bash", "-c", line}, {{{"aura", AURA_PROGRAM}}, folder()});
    const auto status = process.wait();
    return {status, process.output(), process.error_output()};
  }
  /// All tags as ffprobe shows them; names in lower case.
  static Texts tags_of(const fs::path& file) {
    Process probe({"/usr/bin/env", "ffprobe", "-v", "error", "-show_entries",
                   "format_tags:stream_tags", "-of", "json", file});
    REQUIRE(probe.wait() == ExitStatus{});
    const auto shown = Json::parse(probe.output());
    std::vector<Json> parts = shown.value("streams", Json::array());
    parts.push_back(shown.value("format", Json::object()));
    Texts texts;
    for (const auto& part : parts) {
      const auto tags = part.value("tags", Json::object());
      for (const auto& [key, text] : tags.items()) texts[lower_ascii(key)] = text;
    }
    return texts;
  }
  /// The first of the tags that there is; empty without.
  static std::string first(const Texts& tags, const std::vector<std::string>& names) {
    for (const auto& name : names)
      if (tags.contains(name)) return tags.at(name);
    return {};
  }
};

const std::vector<std::string> kTempo{"tbpm", "bpm", "tmpo"};
const std::vector<std::string> kKey{"tkey", "initialkey"};

std::string key_of(const Json& report) {
  const auto& tonal = report["tonal"];
  return tonal["key"].get<std::string>() + (tonal["scale"] == "minor" ? "m" : "");
}

/// What stays of reports if the file gets tags.
std::vector<Json> without_file(std::vector<Json> all) {
  for (auto& report : all) {
    report.erase("sha256");
    report["source"].erase("bit_rate_bps");
  }
  return all;
}

}  // namespace

TEST_CASE_METHOD(WriteTags, "write tags: each format gets what its report says, and only once") {
  put_all();
  put("clip.wav", clip());
  const auto size = contents().size();
  const auto count = std::to_string(size);
  REQUIRE(size >= 7);
  const auto first_run = tag({"--cache", "cache", "music"});
  CHECK(first_run.status == ExitStatus{});
  CHECK(first_run.error == "aura: tags: " + count + " of " + count +
                               " tracks written, 0 had all tags already, 0 skipped\n");
  const auto tagged = contents();
  CHECK(tagged.size() == size);  // nothing is left beside them
  std::size_t unsure = 0;
  for (const auto& report : reports(first_run.output)) {
    const auto tags = tags_of(folder() / report["file"].get<std::string>());
    INFO(report["file"]);
    const double bpm = report["rhythm"]["bpm"];
    const bool has_tempo = report["rhythm"]["confidence"] >= 0.5;
    const bool has_key = report["tonal"]["confidence"] >= 0.6;
    unsure += (has_tempo ? 0 : 1) + (has_key ? 0 : 1);
    const auto tempo = first(tags, kTempo);
    const auto bytes = read_file(folder() / report["file"].get<std::string>());
    const bool is_wav = bytes.starts_with("RIFF"), is_mp4 = contains(bytes.substr(0, 12), "ftyp");
    // What FFmpeg 5.1 does not read, ID3v2 beside INFO in WAV too.
    if (is_wav || is_mp4) CHECK(contains(bytes, is_wav ? "TBPM" : "tmpo") == has_tempo);
    if (is_wav) CHECK(contains(bytes, "TKEY") == has_key);
    if (is_wav) CHECK(contains(bytes, "REPLAYGAIN_TRACK_GAIN"));
    if (is_wav) continue;
    if (!is_mp4) CHECK(tempo.empty() != has_tempo);
    // To a whole number, where the format has no others.
    if (!tempo.empty()) CHECK(std::stod(tempo) == Approx(bpm).margin(0.501));
    CHECK(first(tags, kKey) == (has_key ? key_of(report) : ""));
    const double lufs = report["loudness"]["integrated"], dbtp = report["loudness"]["true_peak"];
    if (const auto opus = first(tags, {"r128_track_gain"}); !opus.empty()) {
      CHECK(std::stod(opus) / 256 == Approx(-23 - lufs).margin(0.01));
      CHECK(first(tags, {"replaygain_track_gain"}).empty());
    } else {
      // The report and the tag round to hundredths.
      CHECK(std::stod(tags.at("replaygain_track_gain")) == Approx(-18 - lufs).margin(0.011));
      CHECK(20 * std::log10(std::stod(tags.at("replaygain_track_peak"))) ==
            Approx(dbtp).margin(0.006));
    }
  }
  CHECK(unsure > 0);

  const auto second_run = tag({"--cache", "cache", "music"});
  CHECK(second_run.status == ExitStatus{});
  CHECK(second_run.error == "aura: tags: 0 of " + count + " tracks written, " + count +
                                " had all tags already, 0 skipped\n");
  CHECK(contents() == tagged);
  CHECK(without_file(reports(second_run.output)) == without_file(reports(first_run.output)));
  const auto text = run({"analyze", "--cache", "cache", "music"}).output;
  CHECK(!contains(text, "  Cache             miss\n"));  // stored for the changed files too
  // And as if the changed files had been measured.
  CHECK(reports(run({"analyze", "--json", "music"}).output) == reports(second_run.output));
}

TEST_CASE_METHOD(WriteTags, "write tags: --overwrite replaces what is there, and goes with it") {
  put_all();
  const auto file = (music() / "corner_table.flac").string();
  const auto tempo_of = [&] { return first(tags_of(file), kTempo); };
  REQUIRE(tag({file}).status == ExitStatus{});
  const auto tempo = tempo_of();
  REQUIRE(!tempo.empty());
  const auto tagged = read_file(file);
  // The same file with another tempo in its tag.
  auto other = tagged;
  const auto at = other.find("BPM=" + tempo);
  REQUIRE(at != std::string::npos);
  other[at + 4] = other[at + 4] == '9' ? '8' : '9';
  put("corner_table.flac", other);
  REQUIRE(tag({file}).status == ExitStatus{});
  CHECK(read_file(file) == other);
  CHECK(tag({"--overwrite", file}).error ==
        "aura: tags: 1 of 1 track written, 0 had all tags already, 0 skipped\n");
  CHECK(tempo_of() == tempo);
  const auto alone = run({"analyze", "--overwrite", file});
  CHECK(alone.status == ExitStatus{2, 0});
  CHECK(alone.error == "aura: --overwrite is for tags: add --write-tags\n");
}

TEST_CASE_METHOD(WriteTags, "write tags: a link stays a link, and mode and owner stay") {
  const auto file = put("clip.wav", clip());
  fs::create_symlink("clip.wav", music() / "link.wav");
  REQUIRE(::chmod(file.c_str(), 0640) == 0);
  if (::geteuid() == 0) REQUIRE(::chown(file.c_str(), 65534, 65534) == 0);
  struct stat before {
  }, after{};
  REQUIRE(::stat(file.c_str(), &before) == 0);
  const auto finished = tag({"music/link.wav", "music/clip.wav", "music/./clip.wav"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(contains(finished.error,
                 "tags: 1 of 3 tracks written, 0 had all tags already, 2 skipped (2: it was named "
                 "before)\n"));
  CHECK(fs::is_symlink(music() / "link.wav"));
  REQUIRE(::stat(file.c_str(), &after) == 0);
  CHECK(after.st_mode == before.st_mode);
  CHECK(after.st_uid == before.st_uid);
  CHECK(after.st_gid == before.st_gid);
  CHECK(contains(read_file(file), "REPLAYGAIN_TRACK_GAIN"));
}

TEST_CASE_METHOD(WriteTags, "write tags: a file that can't be replaced stays, and is told why") {
  const auto file = put("tone.wav", tone(1, 60));
  const auto before = contents();
  const auto told = [&](const Finished& finished, const std::string& why) {
    CHECK(finished.status == ExitStatus{1, 0});
    CHECK(contains(finished.error, "aura: music/tone.wav: no tags written: " + why));
    CHECK(contains(finished.error, "1 skipped (1: " + why.substr(0, why.find(':')) + ")\n"));
    CHECK(reports(finished.output).size() == 1);
    CHECK(contents() == before);
  };
  SECTION("a full disk") {
    // More than what the decoder shares, and less than the file.
    told(bash("trap '' XFSZ; ulimit -f 600; \"$aura\" analyze --json --write-tags music/tone.wav"),
         "it can't be written: check the folder and the free disk space");
  }
  SECTION("a further name") {
    fs::create_hard_link(file, folder() / "other.wav");
    told(tag({"music/tone.wav"}),
         "it has a further name (hard link), which would keep the old file: ");
  }
  SECTION("no right to write into the folder, or to the file") {
    if (::geteuid() == 0) {
      REQUIRE(::chown(file.c_str(), 65534, 65534) == 0);
      fs::permissions(folder(), fs::perms(0755));
    }
    const std::string start =
        "if [[ $EUID == 0 ]]; then as=(setpriv --reuid=65534 --regid=65534 --clear-groups); "
        "\"${as[@]}\" test -x \"$aura\" || exit 77; fi; "
        "\"${as[@]}\" \"$aura\" analyze --json --write-tags music/tone.wav";
    fs::permissions(music(), fs::perms(0555));
    const auto finished = bash(start);
    fs::permissions(music(), fs::perms(0755));
    if (finished.status == ExitStatus{77, 0}) {
      WARN("the program lies where only root can run it");
      return;
    }
    told(finished, "its folder can't be written: check the rights of the folder");
    fs::permissions(file, fs::perms(0444));
    told(bash(start), "it is write-protected: allow writing first");
  }
}

TEST_CASE_METHOD(WriteTags, "write tags: what is no file of a format with tags is skipped") {
  HttpServer server;
  server.serve("/clip.wav", ok(clip()));
  // Sun's format, in 16 bits at 8 kHz.
  put("clip.au", std::string(".snd\0\0\0\x18\xFF\xFF\xFF\xFF\0\0\0\3\0\0\x1F\x40\0\0\0\1", 24) +
                     clip().substr(44));
  REQUIRE(::mkfifo((folder() / "pipe").c_str(), 0600) == 0);
  put("clip.wav", clip());
  put("text.wav", "no music");
  const auto sun = read_file(music() / "clip.au");
  const auto finished = bash(
      "cat music/clip.wav >pipe & AURA_ALLOW_HOSTS=127.0.0.1 \"$aura\" analyze "
      "--json --write-tags - pipe music/clip.au music/text.wav "
      "music/clip.wav " +
      server.url("/clip.wav") + " <music/clip.wav");
  CHECK(finished.status == ExitStatus{1, 0});
  const auto told = lines(finished.error);
  REQUIRE(told.size() == 6);
  CHECK(contains(finished.error, "aura: -: no tags written: it is a pipe: only files of this "));
  CHECK(contains(finished.error, "aura: pipe: no tags written: it is a pipe: only files of this "));
  CHECK(contains(finished.error, "/clip.wav: no tags written: it is a URL: only files of this "));
  CHECK(contains(finished.error,
                 "aura: music/clip.au: no tags written: its format has no tags that AURA can "
                 "write\n"));
  CHECK(told.back() ==
        "aura: tags: 1 of 6 tracks written, 0 had all tags already, 4 skipped (1: it is a URL; 2: "
        "it is a pipe; 1: its format has no tags that AURA can write), 1 could not be analysed");
  CHECK(read_file(music() / "clip.au") == sun);
}

}  // namespace aura::test
