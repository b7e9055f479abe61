#include <catch2/catch.hpp>
#include <filesystem>
#include <iterator>
#include <span>

#include "aura/base/text.h"
#include "fixture.h"
#include "tones.h"

namespace aura::test {
namespace {

class Report : public Sandbox {
 public:
  std::string clip_file() const { return write("clip.wav", clip()); }
  /// The address of the track in the player of a page; empty without a player.
  std::string audio_in(const std::string& name) const {
    const auto html = read_file(folder() / name);
    const std::string before = R"(<audio id="audio" controls preload="metadata" src=")";
    const auto begin = html.find(before);
    if (begin == std::string::npos) return "";
    return html.substr(begin + before.size(),
                       html.find('"', begin + before.size()) - begin - before.size());
  }
  /// The JSON that a page carries.
  Json data_in(const std::string& name) const {
    const auto html = read_file(folder() / name);
    const std::string before = R"(<script type="application/json" id="data">)";
    const auto begin = html.find(before);
    REQUIRE(begin != std::string::npos);
    const auto end = html.find("</script>", begin);
    return Json::parse(html.substr(begin + before.size(), end - begin - before.size()));
  }
};

}  // namespace

TEST_CASE_METHOD(Report, "report: a page with what analyze reports of the same file") {
  const auto file = clip_file();
  const auto finished = run({"report", file, "-o", "page.html"});
  CHECK(finished.status == ExitStatus{});
  CHECK(finished.output.empty());
  CHECK(finished.error.empty());
  const auto data = data_in("page.html");
  CHECK(data["title"] == "clip.wav");
  CHECK(data["pictures"]["duration_s"].get<double>() == Approx(1.5).margin(0.01));
  auto analyzed = reports(run({"analyze", "--json", file}).output).at(0);
  CHECK(analyzed.erase("file") == 1);
  CHECK(analyzed.erase("sha256") == 1);
  CHECK(data["report"] == analyzed);
}

TEST_CASE_METHOD(Report, "report: title, artist and lyrics as they are given") {
  const std::string title = "</script><b>\xff";
  const auto finished = run({"report", clip_file(), "-o", "page.html", "--title", title, "--artist",
                             "\"A\"", "--lyrics", write("lyrics.txt", "one two three")});
  CHECK(finished.status == ExitStatus{});
  const auto data = data_in("page.html");
  CHECK(data["title"] == "</script><b>\xef\xbf\xbd");
  CHECK(data["artist"] == "\"A\"");
  CHECK(data["source"] == "clip.wav");
  CHECK(data["report"]["lyrics_words"] == 3);
}

TEST_CASE_METHOD(Report, "report: replaces a page once there is another, and not before") {
  const auto page = write("page.html", "old");
  CHECK(run({"report", write("text.mp3", "no music"), "-o", page}).status == ExitStatus{1, 0});
  CHECK(read_file(page) == "old");
  CHECK(run({"report", clip_file(), "-o", page}).status == ExitStatus{});
  CHECK(read_file(page).starts_with("<!DOCTYPE html>"));
}

TEST_CASE_METHOD(Report, "report: writes through a link and to a pipe, and leaves nothing beside") {
  const auto page = write("page.html", "old");
  std::filesystem::create_symlink("page.html", folder() / "link.html");
  CHECK(run({"report", clip_file(), "-o", "link.html"}).status == ExitStatus{});
  CHECK(std::filesystem::is_symlink(folder() / "link.html"));
  CHECK(read_file(page).starts_with("<!DOCTYPE html>"));
  CHECK(run({"report", "clip.wav", "-o", "/dev/stdout"}).output == read_file(page));
  const std::filesystem::directory_iterator files(folder());
  CHECK(std::distance(begin(files), end(files)) == 3);  // the clip, the page and the link
}

TEST_CASE_METHOD(Report, "report: never writes over the track") {
  const auto file = clip_file();
  const auto before = read_file(file);
  const auto finished = run({"report", file, "-o", "./clip.wav"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(finished.error == "aura: the page would overwrite the track: give -o another name\n");
  CHECK(read_file(file) == before);
}

TEST_CASE_METHOD(Report,
                 "report: several tracks get a page each, and an index that leads to them") {
  std::filesystem::create_directories(folder() / "music/sub");
  write("music/<b> & 100%#?.wav", clip());
  write("music/sub/a.wav", clip());
  write("music/index", clip());
  write("music/text.wav", "no music");
  const auto finished = run({"report", "-r", "music", "music/index", "-o", "pages"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(finished.output.empty());
  REQUIRE(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, "text.wav: this is not audio"));
  const auto index = read_file(folder() / "pages/index.html");
  CHECK(contains(
      index, "<a href=\"./%3Cb%3E%20%26%20100%25%23%3F.wav.html\">&lt;b&gt; &amp; 100%#?.wav</a>"));
  CHECK(contains(index, "<a href=\"./sub/a.wav.html\">a.wav</a>"));
  CHECK(contains(index, "<a href=\"./index%20%282%29.html\">index</a>"));
  CHECK(contains(index, "<td>text.wav</td><td colspan=\"5\">this is not audio"));
  CHECK(!contains(index, "<script"));
  for (const auto* page :
       {"pages/<b> & 100%#?.wav.html", "pages/sub/a.wav.html", "pages/index (2).html"})
    CHECK(data_in(page)["report"]["hit_factor"].is_number());
  std::filesystem::create_directory(folder() / "one");
  CHECK(run({"report", "music/sub/a.wav", "-o", "one", "--title", "T"}).status == ExitStatus{});
  CHECK(data_in("one/a.wav.html")["title"] == "T");
  const auto titled = run({"report", "-r", "music", "-o", "pages", "--title", "T"});
  CHECK(titled.status == ExitStatus{2, 0});
  CHECK(contains(titled.error, "belong to one track"));
}

TEST_CASE_METHOD(Report, "report: has no player unless one is asked for") {
  CHECK(run({"report", clip_file(), "-o", "page.html"}).status == ExitStatus{});
  CHECK(audio_in("page.html").empty());
  CHECK(!contains(read_file(folder() / "page.html"), "media-src"));
}

TEST_CASE_METHOD(Report, "report: links to the track from where the page is") {
  std::filesystem::create_directories(folder() / "music/sub");
  std::filesystem::create_directories(folder() / "pages");
  write("music/sub/a&b \"c\" #1.wav", clip());
  const auto linked = [&](const std::string& input, const std::string& page) {
    CHECK(run({"report", input, "-o", page, "--audio", "link"}).status == ExitStatus{});
    return audio_in(page);
  };
  const std::string input = "music/sub/a&b \"c\" #1.wav", name = "a%26b%20%22c%22%20%231.wav";
  CHECK(linked(input, "page.html") == "./music/sub/" + name);
  CHECK(linked(input, "pages/page.html") == "../music/sub/" + name);
  CHECK(linked(input, "music/sub/page.html") == "./" + name);
  CHECK(linked((folder() / input).string(), "pages/page.html") == "../music/sub/" + name);
  // A page that is a link lies where the link leads to.
  std::filesystem::create_symlink("music/sub/page.html", folder() / "link.html");
  CHECK(run({"report", input, "-o", "link.html", "--audio", "link"}).status == ExitStatus{});
  CHECK(audio_in("music/sub/page.html") == "./" + name);
}

TEST_CASE_METHOD(Report, "report: of several tracks each page links to its own") {
  std::filesystem::create_directories(folder() / "music/sub");
  write("music/a.wav", clip());
  write("music/sub/b.wav", clip());
  CHECK(run({"report", "-r", "music", "-o", "pages", "--audio", "link"}).status == ExitStatus{});
  CHECK(audio_in("pages/a.wav.html") == "../music/a.wav");
  CHECK(audio_in("pages/sub/b.wav.html") == "../../music/sub/b.wav");
  CHECK(!contains(read_file(folder() / "pages/index.html"), "<audio"));
}

TEST_CASE_METHOD(Report, "report: what has no lasting address can't be linked to, but embedded") {
  const auto file = clip_file();
  const auto finished =
      run({"report", "http://127.0.0.1:1/a.wav", "-o", "p.html", "--audio", "link"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(contains(finished.error, "a page links only to https"));
  const auto secret =
      run({"report", "https://user:pass@example.com/a.wav", "-o", "p.html", "--audio", "link"});
  CHECK(secret.status == ExitStatus{1, 0});
  CHECK(!contains(secret.error, "pass@"));
  const auto piped = run({"report", "-", "-o", "p.html", "--audio", "link"});
  CHECK(piped.status == ExitStatus{1, 0});
  CHECK(contains(piped.error, "give --audio embed"));
  CHECK(!std::filesystem::exists(folder() / "p.html"));
}

TEST_CASE_METHOD(Report, "report: embeds the very bytes of the track, up to a limit") {
  const auto file = clip_file();
  CHECK(run({"report", file, "-o", "page.html", "--audio", "embed"}).status == ExitStatus{});
  const auto bytes = clip();
  CHECK(audio_in("page.html") ==
        "data:audio/wav;base64," + base64(std::as_bytes(std::span(bytes))));
  const auto large = write("large.wav", tone(1, 70));  // 1.12 MB
  const auto refused =
      run({"report", large, "-o", "large.html", "--audio", "embed", "--audio-max-mb", "1"});
  CHECK(refused.status == ExitStatus{1, 0});
  CHECK(refused.error == "aura: " + large +
                             ": the track has 2 MB, and a page holds at most 1 (--audio-max-mb): "
                             "give --audio link\n");
  CHECK(!std::filesystem::exists(folder() / "large.html"));
  CHECK(run({"report", large, "-o", "large.html", "--audio", "embed", "--audio-max-mb", "2"})
            .status == ExitStatus{});
}

TEST_CASE_METHOD(Report, "report: an embedded track has the media type of its bytes") {
  for (const auto& [name, type] :
       {std::pair{"night_train.ogg", "audio/ogg"}, std::pair{"corner_table.flac", "audio/flac"},
        std::pair{"northbound.mp3", "audio/mpeg"}}) {
    INFO(name);
    // Whatever it is called.
    std::filesystem::copy_file(data_file("music/" + std::string(name)), folder() / "track.wav",
                               std::filesystem::copy_options::overwrite_existing);
    CHECK(run({"report", "track.wav", "-o", "page.html", "--audio", "embed"}).status ==
          ExitStatus{});
    CHECK(audio_in("page.html").starts_with(std::string("data:") + type + ";base64,"));
  }
}

TEST_CASE_METHOD(Report, "report: says in one line what it can't read or write") {
  const auto unwritable = run({"report", clip_file(), "-o", "no/such/folder.html"});
  CHECK(unwritable.status == ExitStatus{1, 0});
  CHECK(unwritable.error ==
        "aura: no/such/folder.html can't be written: check the folder and the free disk space\n");
  const auto unreadable = run({"report", "missing.mp3", "-o", "page.html"});
  CHECK(unreadable.status == ExitStatus{1, 0});
  CHECK(lines(unreadable.error).size() == 1);
  CHECK(contains(unreadable.error, "missing.mp3: there is no such file"));
}

}  // namespace aura::test
