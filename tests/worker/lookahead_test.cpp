#include "lookahead.h"

#include <catch2/catch.hpp>

using aura::worker::Lookahead;
using std::chrono::milliseconds;

TEST_CASE("lookahead: enough downloads to keep the threads busy, whatever one takes") {
  Lookahead lookahead(2, 16);
  CHECK(lookahead.jobs() == 2);
  lookahead.note_download(milliseconds(2000));
  lookahead.note_work(milliseconds(500));
  CHECK(lookahead.jobs() == 9);  // eight that arrive meanwhile, and one
}

TEST_CASE("lookahead: where downloads are quick, other workers get the jobs") {
  Lookahead lookahead(2, 16);
  lookahead.note_download(milliseconds(5));
  lookahead.note_work(milliseconds(300));
  CHECK(lookahead.jobs() == 2);
}

TEST_CASE("lookahead: never more than the limit, and it follows a change") {
  Lookahead lookahead(4, 8);
  lookahead.note_work(milliseconds(100));
  for (int i = 0; i < 50; ++i) lookahead.note_download(milliseconds(60'000));
  CHECK(lookahead.jobs() == 8);
  for (int i = 0; i < 50; ++i) lookahead.note_download(milliseconds(1));
  CHECK(lookahead.jobs() == 2);
}
