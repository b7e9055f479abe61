#include <catch2/catch.hpp>
#include <csignal>
#include <string>

#include "chaos.h"
#include "tones.h"

namespace aura::test {
namespace {

using std::chrono::minutes;

/// With tones as songs, and a trigger that counts how often what was measured of a content arrives
/// at the store.
struct Import : Chaos {
  Import() {
    environment["CACHE"] = "all";
    database.execute(
        "CREATE TABLE public.measuring (content bytea); CREATE FUNCTION public.note_measuring() "
        "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.measuring VALUES "
        "(NEW.content_key); RETURN NEW; END $$; CREATE TRIGGER note BEFORE INSERT ON "
        "aura.measurement FOR EACH ROW WHEN (NEW.part = 'core') EXECUTE FUNCTION "
        "public.note_measuring()");
  }

  /// Writes `songs` tones and a file that lists them.
  std::string write_songs(int songs) const {
    std::string csv = "song,artist,audio\n";
    for (int i = 1; i <= songs; ++i) {
      const auto number = std::to_string(i);
      // So many frequencies that no two are equal.
      write(number + ".wav", tone(i % 400, 1.5 + i / 400 * 0.01));
      csv += "Song " + number + ",Artist " + number + "," + number + ".wav\n";
    }
    return write("hits.csv", csv);
  }
  int rows() { return number("SELECT count(*) FROM aura.catalogue"); }

  void import_and_kill(int songs, int kills) {
    const auto file = write_songs(songs);
    for (int kill = 1; kill <= kills; ++kill) {
      auto import = start({"catalogue", "import", file});
      // Before the next part of the songs is there, at another moment of a song's way each time.
      wait_for_rows(import, kill * songs / (kills + 1));
      import.kill(SIGKILL);
      import.wait();
    }
    const int before = rows();
    auto import = start({"catalogue", "import", file});
    INFO(import.error_output());
    CHECK(import.wait(minutes(10)) == ExitStatus{});
    CHECK(contains(import.output(), "duplicates 0, bad 0\n"));
    CHECK(before < songs);
    CHECK(rows() == songs);
    CHECK(number("SELECT count(DISTINCT song) FROM aura.catalogue WHERE removed_at IS NULL") ==
          songs);
    CHECK(number("SELECT count(*) FROM aura.catalogue_vector") == songs);
    CHECK(number("SELECT count(DISTINCT content) FROM public.measuring") == songs);
    CHECK(number("SELECT count(*) FROM public.measuring") == songs);
  }

 private:
  void wait_for_rows(const Process& import, int count) {
    eventually(
        "the import has added " + std::to_string(count) + " songs",
        [&] { return import.has_ended() || rows() >= count; }, minutes(10));
    CHECK_FALSE(import.has_ended());
  }
};

}  // namespace

TEST_CASE_METHOD(Import,
                 "import: killed five times and run again, it measures each of 60 songs once and "
                 "loses none") {
  import_and_kill(60, 5);
}

TEST_CASE_METHOD(Import,
                 "import: killed ten times and run again, it measures each of 1,000 songs once "
                 "and loses none",
                 "[long]") {
  import_and_kill(1000, 10);
}

}  // namespace aura::test
