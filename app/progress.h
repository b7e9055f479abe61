#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace aura::app {

/// Shows on standard error how many of many things are done and how long the others will take: one
/// line that is drawn over itself on a terminal, else a line every kQuiet. Not thread-safe.
class Progress {
 public:
  static constexpr std::chrono::seconds kQuiet{10};

  enum class Where { kAnywhere, kTerminal };

  /// `things` is their name, such as "songs". With kTerminal, shows nothing without a terminal.
  Progress(std::string things, std::size_t total, Where where = Where::kAnywhere);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Counts one more as done.
  void advance();
  /// Prints a line on standard error that stays.
  void say(std::string_view line);
  /// Takes the line off the terminal.
  void clear();
  /// Returns the time since the constructor.
  std::chrono::seconds elapsed() const;
  bool is_on_terminal() const noexcept { return is_terminal_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Sample {
    Clock::time_point at;
    std::size_t done;
  };

  std::string text(Clock::time_point now) const;

  std::string things_;
  std::size_t total_;
  std::size_t done_ = 0;
  bool is_terminal_;
  bool is_silent_;
  bool is_shown_ = false;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point shown_at_ = begun_;
  std::deque<Sample> recent_;  // one a second, the oldest first
};

/// Returns "3 h 12 min", "2 min", "45 s": a time to wait, for people. Thread-safe.
std::string duration_text(std::chrono::seconds duration);

}  // namespace aura::app
