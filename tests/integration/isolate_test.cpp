#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "aura/audio/decode.h"
#include "fixture.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

/// The settings with which the real model is used; none if it was not fetched.
Environment real_model() {
  const char* models = std::getenv("AURA_MODELS");
  if (models != nullptr && fs::exists(fs::path(models) / "spleeter.safetensors"))
    return {{"AURA_MODELS", fs::absolute(models).string()}};
  WARN("skipped: there are no weights; run `aura models fetch spleeter`");
  return {};
}

const std::string kTrack = data_file("music/northbound.mp3").string();

class Isolate : public Sandbox {
 public:
  Isolate() { fs::create_directory(folder() / "none"); }

  Environment no_model() const { return {{"AURA_MODELS", (folder() / "none").string()}}; }

  std::string stem(const std::string& name) const { return (folder() / "stems" / name).string(); }

  std::size_t stem_count() const {
    const fs::recursive_directory_iterator files(folder() / "stems");
    return static_cast<std::size_t>(std::count_if(
        begin(files), end(files), [](const auto& file) { return !file.is_directory(); }));
  }
};

/// The samples of a file as stereo at 44.1 kHz.
std::vector<float> samples_of(const std::string& path) {
  std::vector<float> samples;
  audio::decode_interleaved(Spool::open(path, 1 << 30), {.min_duration = {}}, {44'100, 2},
                            [&](const audio::SoundFormat&, std::span<const float> block) {
                              samples.insert(samples.end(), block.begin(), block.end());
                            });
  return samples;
}

}  // namespace

TEST_CASE_METHOD(Isolate, "isolate: without its model says how to fetch it, and writes nothing") {
  const auto finished = run({"isolate", kTrack, "-o", "stems"}, no_model());
  CHECK(finished.status == ExitStatus{2, 0});
  CHECK(finished.output.empty());
  CHECK(finished.error ==
        "aura: the model that separates vocals is not there: `aura models fetch spleeter` brings "
        "it\n");
  CHECK_FALSE(fs::exists(folder() / "stems"));
}

TEST_CASE_METHOD(Isolate, "isolate: another file than the expected model is refused in a line") {
  fs::permissions(folder() / "none", fs::perms(0755));
  fs::permissions(write("none/spleeter.safetensors", "no weights"), fs::perms(0644));
  const auto finished = run({"isolate", kTrack, "-o", "stems"}, no_model());
  CHECK(finished.status == ExitStatus{2, 0});
  CHECK(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, "is not the file that this release expects"));
  CHECK_FALSE(fs::exists(folder() / "stems"));
}

TEST_CASE_METHOD(Isolate, "isolate: wrong arguments end with status 2") {
  const std::vector<Arguments> wrong{{"isolate"},
                                     {"isolate", kTrack},
                                     {"isolate", "-o", "stems"},
                                     {"isolate", kTrack, "-o", "stems", "--format", "mp3"},
                                     {"isolate", kTrack, "-o", "stems", "-j", "0"},
                                     {"isolate", "-", "-", "-o", "stems"}};
  for (const auto& arguments : wrong) {
    CAPTURE(arguments);
    const auto finished = run(arguments, no_model());
    CHECK(finished.status == ExitStatus{2, 0});
    CHECK(lines(finished.error).size() == 1);
    CHECK_FALSE(fs::exists(folder() / "stems"));
  }
}

TEST_CASE_METHOD(Isolate, "isolate: the stems of a real track add up to it") {
  const auto real = real_model();
  if (real.empty()) return;
  const auto finished = run({"isolate", kTrack, "-o", "stems", "--json"}, real);
  CHECK(finished.status == ExitStatus{});
  CHECK(finished.error.empty());
  const auto line = Json::parse(finished.output);
  CHECK(line["file"] == kTrack);
  CHECK(line["files"] == Json{{"vocals", "northbound.mp3.vocals.wav"},
                              {"accompaniment", "northbound.mp3.accompaniment.wav"}});
  // The track is instrumental: made by a program, without a voice.
  CHECK(line["vocals"]["share"].get<double>() >= 0);
  CHECK(line["vocals"]["share"].get<double>() < 0.5);
  CHECK(line["vocals"]["level_db"].get<double>() < 0);
  CHECK(stem_count() == 2);
  const auto track = samples_of(kTrack);
  const auto vocals = samples_of(stem("northbound.mp3.vocals.wav"));
  const auto accompaniment = samples_of(stem("northbound.mp3.accompaniment.wav"));
  REQUIRE(vocals.size() == track.size());
  REQUIRE(accompaniment.size() == track.size());
  float worst = 0;
  for (std::size_t i = 0; i < track.size(); ++i)
    worst = std::max(worst, std::abs(vocals[i] + accompaniment[i] - track[i]));
  CHECK(worst < 1e-6F);  // single precision of a subtraction and an addition

  const auto before = read_file(stem("northbound.mp3.accompaniment.wav"));
  fs::remove_all(folder() / "stems");
  const auto karaoke = run({"isolate", kTrack, "-o", "stems", "--karaoke"}, real);
  CHECK(karaoke.status == ExitStatus{});
  CHECK(karaoke.output.empty());
  CHECK(karaoke.error.starts_with("aura: northbound.mp3: "));
  CHECK(lines(karaoke.error).size() == 1);
  CHECK(stem_count() == 1);
  CHECK(read_file(stem("northbound.mp3.accompaniment.wav")) == before);
}

TEST_CASE_METHOD(Isolate, "isolate: a failure stops no other track, and leaves nothing") {
  const auto real = real_model();
  if (real.empty()) return;
  fs::create_directories(folder() / "music/deep");
  write("music/deep/a.wav", clip());
  write("music/b.wav", clip());
  write("music/text.wav", "no music");
  const auto finished = run({"isolate", "-r", "music", "-o", "stems", "--json"}, real);
  CHECK(finished.status == ExitStatus{1, 0});
  REQUIRE(lines(finished.output).size() == 3);
  CHECK(Json::parse(lines(finished.output)[2])["error"]["code"] == "not_audio");
  REQUIRE(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, "text.wav: this is not audio"));
  CHECK(stem_count() == 4);
  CHECK(read_file(stem("deep/a.wav.vocals.wav")) == read_file(stem("b.wav.vocals.wav")));
}

TEST_CASE_METHOD(Isolate, "isolate: replaces files of an earlier run, and never a track") {
  const auto real = real_model();
  if (real.empty()) return;
  const auto track = write("a.wav", clip());
  fs::create_directory(folder() / "stems");
  write("stems/a.wav.vocals.wav", "old");
  write("stems/a.wav.accompaniment.wav", "old");
  CHECK(run({"isolate", write("a.mp3", "no music"), "-o", "stems"}, real).status ==
        ExitStatus{1, 0});
  CHECK(read_file(stem("a.wav.vocals.wav")) == "old");
  CHECK(run({"isolate", track, "-o", "stems"}, real).status == ExitStatus{});
  CHECK(read_file(stem("a.wav.vocals.wav")).starts_with("RIFF"));
  CHECK(read_file(stem("a.wav.accompaniment.wav")).starts_with("RIFF"));

  const auto before = write("stems/a.wav.vocals.wav", clip());
  const auto refused = run({"isolate", track, before, "-o", "stems", "-j", "1"}, real);
  CHECK(refused.status == ExitStatus{1, 0});
  CHECK(contains(lines(refused.error)[0], "a.wav.vocals.wav is a track: name another folder"));
  CHECK(read_file(before) == clip());

  const auto no_folder = run({"isolate", track, "-o", track}, real);
  CHECK(no_folder.status == ExitStatus{2, 0});
  CHECK(contains(no_folder.error, "this is no folder"));
  CHECK(read_file(track) == clip());
}

TEST_CASE_METHOD(Isolate, "isolate: a hostile name stays inside the folder") {
  const auto real = real_model();
  if (real.empty()) return;
  const std::string name = "a\n\x1b[2J" + std::string(230, 'x') + ".wav";
  write(name, clip());
  fs::create_directory(folder() / "elsewhere");
  fs::create_directory(folder() / "stems");
  // A link where a result belongs is replaced, not followed.
  const auto target = write("elsewhere/file", "old");
  fs::create_symlink(target, folder() / "stems/b.wav.vocals.wav");
  const auto finished = run({"isolate", name, write("b.wav", clip()), "-o", "stems"}, real);
  CHECK(finished.status == ExitStatus{});
  CHECK(lines(finished.error).size() == 2);
  CHECK_FALSE(contains(finished.error, "\x1b"));
  CHECK(read_file(target) == "old");
  CHECK(stem_count() == 4);
}

}  // namespace aura::test
