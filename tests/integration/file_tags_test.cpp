#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "fixture.h"

namespace aura::test {
namespace {

/// A frame of ID3v2.3 with this text.
std::string frame(const std::string& id, const std::string& text) {
  return id + std::string(3, '\0') + static_cast<char>(text.size() + 1) + std::string(3, '\0') +
         text;
}

/// Needs no database, as `aura analyze` does.
class FileTags : public Sandbox {
 public:
  /// An MP3 whose texts are those of a stranger.
  std::string hostile_file() const {
    const auto frames =
        frame("TIT2", "=1+1\x1b[2J</script><b>") + frame("TPE1", "@A\nB") + frame("TYER", "1999");
    return write("song.mp3", std::string("ID3\x03\0\0\0\0\0", 9) +
                                 static_cast<char>(frames.size()) + frames +
                                 read_file(data_file("music/northbound.mp3")));
  }
};

const std::string kTitle = "=1+1 [2J</script><b>";

}  // namespace

TEST_CASE_METHOD(FileTags, "file tags: reports show them, on a line, and no cell is a formula") {
  hostile_file();
  write("clip.wav", clip());
  const auto found = reports(run({"analyze", "--json", "song.mp3", "clip.wav"}).output);
  REQUIRE(found.size() == 2);
  CHECK(found[0]["file_tags"] == Json{{"title", kTitle}, {"artist", "@A B"}, {"year", 1999}});
  CHECK(!found[1].contains("file_tags"));
  const auto text = run({"analyze", "song.mp3"}).output;
  CHECK(contains(text, "\n  Tags              @A B · " + kTitle + " · 1999\n"));
  CHECK(!contains(text, "\x1b"));
  CHECK(!contains(run({"analyze", "clip.wav"}).output, "  Tags "));
  const auto csv =
      lines(run({"analyze", "--format", "csv", "--for-spreadsheet", "song.mp3"}).output);
  REQUIRE(csv.size() == 2);
  CHECK(contains(csv[0], ",file_tags.title,file_tags.artist,"));
  CHECK(contains(csv[1], ",'" + kTitle + ",'@A B,,1999,"));
}

TEST_CASE_METHOD(FileTags, "file tags: they head the page unless options do") {
  const auto data_in = [&](const std::string& name) {
    const auto html = read_file(folder() / name);
    CHECK(!contains(html, "<b>"));
    const std::string before = R"(<script type="application/json" id="data">)";
    const auto begin = html.find(before) + before.size();
    return Json::parse(html.substr(begin, html.find("</script>", begin) - begin));
  };
  hostile_file();
  REQUIRE(run({"report", "song.mp3", "-o", "page.html"}).status == ExitStatus{});
  auto data = data_in("page.html");
  CHECK(data["title"] == kTitle);
  CHECK(data["artist"] == "@A B");
  CHECK(data["source"] == "song.mp3");
  REQUIRE(run({"report", "song.mp3", "-o", "page.html", "--title", "T", "--artist", "U"}).status ==
          ExitStatus{});
  data = data_in("page.html");
  CHECK(data["title"] == "T");
  CHECK(data["artist"] == "U");
  write("clip.wav", clip());
  REQUIRE(run({"report", "song.mp3", "clip.wav", "-o", "pages"}).status == ExitStatus{});
  const auto index = read_file(folder() / "pages/index.html");
  CHECK(contains(index, ">@A B – =1+1 [2J&lt;/script&gt;&lt;b&gt;</a>"));
  CHECK(contains(index, ">clip.wav</a>"));
}

}  // namespace aura::test
