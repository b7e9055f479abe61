#include <catch2/catch.hpp>

#include "fixture.h"

namespace aura::test {
namespace {

/// `bytes` of words of five letters.
std::string words(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "words ";
  text.resize(bytes);
  return text;
}

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

class Lyrics : public WithTables {
 public:
  Finished enqueue(const std::string& lyrics) {
    return run({"enqueue", server.url("/clip.wav"), "--title", "T", "--artist", "A", "--lyrics",
                write("lyrics.txt", lyrics)});
  }
};

}  // namespace

TEST_CASE_METHOD(Lyrics, "lyrics: a file that is not text is refused in one line") {
  const auto [lyrics, complaint] = GENERATE(table<std::string, std::string>(
      {{"gr\xfc\xdf dich", "not UTF-8 text (byte 2)"}, {std::string("a\0b", 3), "NUL bytes"}}));
  const auto clip_file = write("clip.wav", clip());
  const auto lyrics_file = write("bad.txt", lyrics);
  for (const auto& finished :
       {enqueue(lyrics), run({"analyze", clip_file, "--lyrics", lyrics_file})}) {
    CAPTURE(finished.error);
    CHECK(finished.status == ExitStatus{2, 0});
    CHECK(finished.output.empty());
    CHECK(lines(finished.error).size() == 1);
    CHECK(contains(finished.error, complaint));
  }
  CHECK(count("queued") == 0);
}

TEST_CASE_METHOD(Lyrics, "lyrics: a file that isn't there is told, and nothing is inserted") {
  const auto finished = run({"enqueue", server.url("/clip.wav"), "--title", "T", "--artist", "A",
                             "--lyrics", "nothing.txt"});
  CHECK(finished.status == ExitStatus{2, 0});
  CHECK(contains(finished.error, "lyrics file nothing.txt: there is no such file"));
  CHECK(count("queued") == 0);
}

TEST_CASE_METHOD(Lyrics,
                 "lyrics: a few words draw advice on lyrics; none, no text and blanks don't") {
  const auto advice_of = [&](const Finished& enqueued) {
    drain();
    return row(lines(enqueued.output).at(0))["recommendations"].dump();
  };
  const auto without = run({"enqueue", server.url("/clip.wav"), "--title", "T", "--artist", "A"});
  CHECK(contains(advice_of(enqueue("a few words")), R"("lyrics")"));
  for (const auto& enqueued : {without, enqueue(""), enqueue(" \n\u3000\t")}) {
    CHECK(!contains(advice_of(enqueued), R"("lyrics")"));
  }
}

TEST_CASE_METHOD(Lyrics, "lyrics: a megabyte is weighed whole") {
  const auto enqueued = enqueue(words(kMegabyte));
  CHECK(enqueued.error.empty());
  drain();
  const auto job = row(lines(enqueued.output).at(0));
  CHECK(job["status"] == "completed");
  CHECK(job["lyricsScore"] == 100);
  CHECK(!contains(job["fullReport"]["warnings"].dump(), "lyrics"));
}

TEST_CASE_METHOD(Lyrics, "lyrics: beyond the limit the beginning counts, with a warning") {
  SECTION("as enqueued") {
    const auto enqueued = enqueue(words(3 * kMegabyte));
    CHECK(enqueued.status == ExitStatus{});
    CHECK(lines(enqueued.error).size() == 1);
    CHECK(contains(enqueued.error, "only their beginning"));
    CHECK(database.value("SELECT octet_length(\"lyricsText\") FROM \"AuraAnalysis\"") ==
          std::to_string(kMegabyte));
  }
  SECTION("as a web app has inserted them") {
    insert_path("long");
    // Two bytes a letter, so that the limit falls within a character.
    database.execute(
        "UPDATE \"AuraAnalysis\" SET \"lyricsText\" = 'x' || repeat('\u00E4 \u00E4', 1000000)");
    drain();
    const auto job = row("long");
    CHECK(job["status"] == "completed");
    CHECK(job["lyricsScore"] == 100);
    CHECK(contains(job["fullReport"]["warnings"].dump(), "the lyrics are very long"));
  }
}

TEST_CASE_METHOD(Lyrics, "lyrics: none and blank ones score the same") {
  insert_path("none");
  insert_path("blank");
  database.execute(
      "UPDATE \"AuraAnalysis\" SET \"lyricsText\" = E' \\n\\t' WHERE \"jobId\" = 'blank'");
  drain();
  CHECK(row("none")["lyricsScore"] == 50);
  CHECK(row("blank")["lyricsScore"] == 50);
}

}  // namespace aura::test
