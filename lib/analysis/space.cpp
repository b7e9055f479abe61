#include "aura/analysis/space.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

#include "words.h"

namespace aura::analysis {
namespace {

constexpr std::string_view kTitle = "aura-space";
/// A component with less spread is as good as constant.
constexpr double kLeastDeviation = 1e-9;
/// Where all anchors are equally far.
constexpr double kLeastSpread = 1e-6;

void write_line(std::string& text, std::span<const float> numbers) {
  std::array<char, 32> buffer{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), numbers[i]).ptr;
    if (i > 0) text += ' ';
    text.append(buffer.data(), end);
  }
  text += '\n';
}

/// Throws unless all rows have one size and finite numbers.
void check_rows(std::span<const std::vector<float>> rows) {
  if (rows.size() < Space::kLeastRows) throw std::invalid_argument("too few rows for a space");
  const auto size = rows.front().size();
  if (size < 1 || size > Space::kMaxSize)
    throw std::invalid_argument("vectors of a space have a wrong size");
  for (const auto& row : rows) {
    if (row.size() != size || !std::ranges::all_of(row, [](float x) { return std::isfinite(x); }))
      throw std::invalid_argument("vectors of a space differ in size, or are not finite");
  }
}

}  // namespace

Space Space::read(std::string_view text) {
  Words words("a space", text);
  Space space;
  space.kind_ = words.kind_after(kTitle);
  space.version_ = words.number_within(0, 1'000'000);
  const int size = words.number_within(1, kMaxSize);
  const int anchors = words.number_within(2, kMaxAnchors);
  words.end_line();
  words.read_line(size, space.mean_);
  words.read_deviations(size, space.deviation_);
  for (int i = 0; i < anchors; ++i) words.read_line(size, space.anchors_);
  if (std::ranges::any_of(space.anchors_, [](float x) { return std::abs(x) > kClip; }))
    words.refuse("an anchor is out of range");
  words.end();
  return space;
}

Space Space::fit(std::string kind, int version, std::span<const std::vector<float>> rows) {
  check_rows(rows);
  if (!Words::is_kind(kind)) throw std::invalid_argument("a space's kind is no name");
  Space space;
  space.kind_ = std::move(kind);
  space.version_ = version;
  const auto count = static_cast<double>(rows.size());
  for (std::size_t i = 0; i < rows.front().size(); ++i) {
    double sum = 0;
    for (const auto& row : rows) sum += static_cast<double>(row[i]);
    const double mean = sum / count;
    double squares = 0;
    for (const auto& row : rows) squares += std::pow(static_cast<double>(row[i]) - mean, 2);
    const double deviation = std::sqrt(squares / count);
    space.mean_.push_back(static_cast<float>(mean));
    // A constant component tells tracks apart no better if it is divided by next to nothing.
    space.deviation_.push_back(
        deviation > kLeastDeviation * (1 + std::abs(mean)) ? static_cast<float>(deviation) : 1.0F);
  }
  for (std::size_t i = 0; i < kAnchors; ++i) {
    const auto anchor = space.place(rows[i * rows.size() / kAnchors]);
    space.anchors_.insert(space.anchors_.end(), anchor.begin(), anchor.end());
  }
  return space;
}

std::string Space::write() const {
  const auto size = mean_.size();
  std::string text = std::string(kTitle) + ' ' + kind_ + ' ' + std::to_string(version_) + ' ' +
                     std::to_string(size) + ' ' + std::to_string(anchors_.size() / size) + '\n';
  write_line(text, mean_);
  write_line(text, deviation_);
  for (std::size_t i = 0; i < anchors_.size(); i += size)
    write_line(text, std::span(anchors_).subspan(i, size));
  return text;
}

std::vector<float> Space::place(std::span<const float> raw) const {
  if (raw.size() != mean_.size()) throw std::invalid_argument("a vector's size is not its space's");
  std::vector<float> placed(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const float value = (raw[i] - mean_[i]) / deviation_[i];
    placed[i] = std::isfinite(raw[i]) ? std::clamp(value, -kClip, kClip) : 0.0F;
  }
  return placed;
}

Crowd Space::crowd(std::span<const float> placed) const {
  if (placed.size() != mean_.size())
    throw std::invalid_argument("a vector's size is not its space's");
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (std::size_t i = 0; i < anchors_.size(); i += placed.size()) {
    const double d = distance(placed, std::span(anchors_).subspan(i, placed.size()));
    if (d == 0) continue;
    sum += d;
    squares += d * d;
    ++count;
  }
  if (count == 0) return {.mean = 0, .deviation = kLeastSpread};
  const double mean = sum / count;
  return {
      .mean = mean,
      .deviation = std::max(std::sqrt(std::max(0.0, squares / count - mean * mean)), kLeastSpread)};
}

double Space::similarity(double distance, const Crowd& a, const Crowd& b) {
  // ln(p + q - p q) of two logarithms, the larger first: neither a tiny p nor 1 - p rounds away.
  const auto [less, more] = std::minmax({log_normal_tail((distance - a.mean) / a.deviation),
                                         log_normal_tail((distance - b.mean) / b.deviation)});
  const double log_q = more + std::log1p(-std::expm1(more) * std::exp(less - more));
  return -std::expm1(std::min(log_q, 0.0) / 4);
}

double distance(std::span<const float> a, std::span<const float> b) noexcept {
  // Four sums side by side, because a sum waits for the one before.
  constexpr std::size_t kSums = 4;
  std::array<double, kSums> sums{};
  const auto add = [&](std::size_t at, std::size_t sum) {
    const double difference = static_cast<double>(a[at]) - static_cast<double>(b[at]);
    sums[sum] += difference * difference;
  };
  const std::size_t whole = a.size() - a.size() % kSums;
  for (std::size_t i = 0; i < whole; i += kSums)
    for (std::size_t sum = 0; sum < kSums; ++sum) add(i + sum, sum);
  for (std::size_t i = whole; i < a.size(); ++i) add(i, 0);
  return std::sqrt((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

double log_normal_tail(double z) noexcept {
  constexpr double kRootHalf = std::numbers::sqrt2 / 2;
  if (z > 0) return std::log1p(-std::erfc(z * kRootHalf) / 2);
  if (z > -30) return std::log(std::erfc(-z * kRootHalf) / 2);
  // The asymptotic series, whose next term is below 1e-13 here: erfc() itself rounds to 0 at -38.
  const double w = 1 / (z * z);
  const double series =
      1 - w * (1 - 3 * w * (1 - 5 * w * (1 - 7 * w * (1 - 9 * w * (1 - 11 * w)))));
  return -z * z / 2 - std::log(-z) - std::log(2 * std::numbers::pi) / 2 + std::log(series);
}

}  // namespace aura::analysis
