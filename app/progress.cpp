#include "progress.h"

#include <unistd.h>

#include <iostream>
#include <utility>

namespace aura::app {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kRedraw{100};
/// The estimate follows the pace of so many seconds: files that are known already pass quickly.
constexpr std::size_t kSamples = 60;
constexpr seconds kBetweenSamples{1};

}  // namespace

Progress::Progress(std::string things, std::size_t total, Where where)
    : things_(std::move(things)),
      total_(total),
      is_terminal_(isatty(STDERR_FILENO) == 1),
      is_silent_(where == Where::kTerminal && !is_terminal_) {
  recent_.push_back({Clock::now(), 0});
}

Progress::~Progress() {
  clear();
}

void Progress::advance() {
  ++done_;
  const auto now = Clock::now();
  if (now - recent_.back().at >= kBetweenSamples) {
    recent_.push_back({now, done_});
    if (recent_.size() > kSamples) recent_.pop_front();
  }
  if (is_silent_) return;
  if (now - shown_at_ < (is_terminal_ ? milliseconds(kRedraw) : milliseconds(kQuiet))) return;
  shown_at_ = now;
  if (is_terminal_) {
    std::cerr << "\r\x1b[K" << text(now) << std::flush;
    is_shown_ = true;
  } else {
    std::cerr << "aura: " << text(now) << std::endl;
  }
}

void Progress::say(std::string_view line) {
  clear();
  std::cerr << line << std::endl;
}

std::string Progress::text(Clock::time_point now) const {
  auto text = std::to_string(done_) + " of " + std::to_string(total_) + " " + things_;
  const auto& oldest = recent_.front();
  const double elapsed_s = duration<double>(now - oldest.at).count();
  if (done_ <= oldest.done || done_ >= total_ || elapsed_s < 1) return text;
  const double left_s =
      elapsed_s / static_cast<double>(done_ - oldest.done) * static_cast<double>(total_ - done_);
  return text + ", about " + duration_text(seconds(static_cast<long>(left_s) + 1)) + " left";
}

void Progress::clear() {
  if (std::exchange(is_shown_, false)) std::cerr << "\r\x1b[K" << std::flush;
}

seconds Progress::elapsed() const {
  return std::chrono::duration_cast<seconds>(Clock::now() - begun_);
}

std::string duration_text(seconds duration) {
  const auto whole = duration.count();
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min";
  return std::to_string(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min";
}

}  // namespace aura::app
