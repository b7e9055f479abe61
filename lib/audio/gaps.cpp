#include "gaps.h"

namespace aura::audio {
namespace {

using Seconds = Gaps::Seconds;

// Time stamps are rounded, and in some containers estimates.
constexpr Seconds kShortestLoss{0.25};
constexpr Seconds kShortestPause{0.0025};  // the shortest packet of Opus
constexpr Seconds kLongestPause{60};       // libopus sends a packet every 0.4 s at least
// Ogg stamps only pages, so FFmpeg has a gap up to a page before or after its place. Common
// programs end a page after a second.
constexpr Seconds kPage{1.1};

Seconds loss(Seconds gap) {
  return gap > kShortestLoss ? gap : Seconds(0);
}

}  // namespace

bool Gaps::is_pause(Seconds gap) const noexcept {
  return since_dtx_ <= kPage && gap >= kShortestPause && gap <= kLongestPause;
}

void Gaps::note_gap(Seconds gap) noexcept {
  if (is_pause(gap)) {
    paused_ += gap;
  } else if (gap >= kShortestPause) {
    lost_ += loss(gap);
    last_gap_ = gap;
    since_gap_ = Seconds(0);
  }
}

void Gaps::note_frame(Seconds duration, Seconds gap, bool is_dtx) noexcept {
  note_gap(gap);
  if (is_dtx && since_gap_ <= kPage && last_gap_ <= kLongestPause) {
    lost_ -= loss(last_gap_);
    paused_ += last_gap_;
    since_gap_ = kLongAgo;
  }
  played_ += duration;
  since_gap_ += duration;
  since_dtx_ = is_dtx ? Seconds(0) : since_dtx_ + duration;
}

Seconds Gaps::pause_at_end(Seconds stated) const noexcept {
  const auto rest = stated - played_ - lost_;
  return is_pause(rest) ? rest : Seconds(0);
}

}  // namespace aura::audio
