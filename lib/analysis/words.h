#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "aura/analysis/measurements.h"

namespace aura::analysis {

/// Takes a text apart, line by line and word by word: that of a space or a projection, which may be
/// hostile. Each function throws BadMeasurement if the text is not as expected. Not thread-safe.
class Words {
 public:
  /// `what` is named in messages: "a space". The caller keeps both texts alive.
  Words(std::string_view what, std::string_view text) : what_(what), text_(text) {}

  [[noreturn]] void refuse(const std::string& why) const {
    throw BadMeasurement(std::string(what_) + " can't be read: " + why);
  }
  std::string_view word() {
    const auto end = std::min(text_.find_first_of(" \n"), text_.size());
    const auto word = text_.substr(0, end);
    if (word.empty()) refuse("a word is missing");
    text_.remove_prefix(end);
    if (text_.starts_with(' ')) text_.remove_prefix(1);
    return word;
  }
  template <typename Number>
  Number number() {
    const auto text = word();
    Number number{};
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop != text.data() + text.size()) refuse("a number is malformed");
    return number;
  }
  int number_within(int least, int most) {
    const auto value = number<int>();
    if (value < least || value > most) refuse("a number of its first line is out of range");
    return value;
  }
  /// Reads the word `title` and the kind of vectors that follows.
  std::string kind_after(std::string_view title) {
    if (word() != title) refuse("it does not begin with \"" + std::string(title) + '"');
    std::string kind(word());
    if (!is_kind(kind)) refuse("its kind is no name");
    return kind;
  }
  /// Appends a line of `count` finite numbers to `numbers`.
  void read_line(int count, std::vector<float>& numbers) {
    for (int i = 0; i < count; ++i) {
      numbers.push_back(number<float>());
      if (!std::isfinite(numbers.back())) refuse("a number is not finite");
    }
    end_line();
  }
  /// Appends a line of `count` deviations to `numbers`.
  void read_deviations(int count, std::vector<float>& numbers) {
    read_line(count, numbers);
    if (std::ranges::any_of(numbers, [](float x) { return x <= 0; }))
      refuse("a deviation is not above 0");
  }
  void end_line() {
    if (!text_.starts_with('\n')) refuse("a line has too many words, or no end");
    text_.remove_prefix(1);
  }
  void end() const {
    if (!text_.empty()) refuse("it has too many lines");
  }

  /// Returns whether `kind` can name a kind of vectors.
  static bool is_kind(std::string_view kind) {
    constexpr std::size_t kMaxKind = 32;
    return !kind.empty() && kind.size() <= kMaxKind && std::ranges::all_of(kind, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
  }

 private:
  std::string_view what_;
  std::string_view text_;
};

}  // namespace aura::analysis
