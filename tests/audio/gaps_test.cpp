#include "gaps.h"

#include <catch2/catch.hpp>

namespace aura::audio {
namespace {

using Seconds = Gaps::Seconds;

constexpr Seconds kFrame{0.02};
constexpr Seconds kNone{0};

void add_sound(Gaps& gaps, Seconds duration) {
  for (Seconds at{0}; at < duration; at += kFrame) gaps.note_frame(kFrame, kNone, false);
}

TEST_CASE("gaps: sound is lost in those that rounding doesn't explain") {
  Gaps gaps;
  gaps.note_frame(kFrame, Seconds(0.2), false);
  CHECK(gaps.lost() == kNone);
  gaps.note_frame(kFrame, Seconds(2), false);
  gaps.note_frame(kFrame, Seconds(3), false);
  CHECK(gaps.lost() == Seconds(5));
  CHECK(gaps.paused() == kNone);
}

TEST_CASE("gaps: within a page of a DTX packet a gap is a pause, before it and behind") {
  const Seconds distance(GENERATE(0.0, 0.5, 0.9));
  const Seconds gap(GENERATE(0.02, 0.38, 5.0));
  CAPTURE(distance.count(), gap.count());
  Gaps before;
  add_sound(before, Seconds(5));
  before.note_frame(kFrame, gap, false);
  add_sound(before, distance);
  before.note_frame(kFrame, kNone, true);
  Gaps behind;
  behind.note_frame(kFrame, kNone, true);
  add_sound(behind, distance);
  behind.note_frame(kFrame, gap, false);
  for (const auto& gaps : {before, behind}) {
    CHECK(gaps.lost() == kNone);
    CHECK(gaps.paused() == gap);
  }
}

TEST_CASE("gaps: farther from a DTX packet a gap is a loss") {
  Gaps gaps;
  gaps.note_frame(kFrame, kNone, true);
  add_sound(gaps, Seconds(1.5));
  gaps.note_frame(kFrame, Seconds(2), false);
  add_sound(gaps, Seconds(1.5));
  gaps.note_frame(kFrame, kNone, true);
  CHECK(gaps.lost() == Seconds(2));
  CHECK(gaps.paused() == kNone);
}

TEST_CASE("gaps: near a DTX packet a gap of more than a minute is a loss") {
  Gaps gaps;
  gaps.note_frame(kFrame, Seconds(100), true);
  gaps.note_frame(kFrame, Seconds(100), false);
  CHECK(gaps.lost() == Seconds(200));
  CHECK(gaps.paused() == kNone);
}

TEST_CASE("gaps: a pause at the end is what is stated and neither played nor lost") {
  Gaps gaps;
  add_sound(gaps, Seconds(2));
  gaps.note_frame(kFrame, Seconds(5), false);
  CHECK(gaps.pause_at_end(Seconds(10)) == kNone);  // no DTX
  add_sound(gaps, Seconds(2));
  gaps.note_frame(kFrame, kNone, true);
  CHECK(gaps.pause_at_end(Seconds(10)).count() == Approx(0.96).margin(0.05));
  CHECK(gaps.pause_at_end(Seconds(8)) == kNone);
  CHECK(gaps.pause_at_end(Seconds(3600)) == kNone);
}

}  // namespace
}  // namespace aura::audio
