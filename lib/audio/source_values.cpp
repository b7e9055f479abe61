#include "source_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aura::audio {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
/// More than a file of the largest size can have.
constexpr double kMost = 1e12;

template <typename Value>
double or_none(const std::optional<Value>& value) noexcept {
  return value ? static_cast<double>(*value) : kNone;
}

template <typename Value>
std::optional<Value> if_any(double number) noexcept {
  if (std::isnan(number)) return std::nullopt;
  return static_cast<Value>(number);
}

bool within(double value, double least, double most) noexcept {
  return value >= least && value <= most;  // NaN is not
}

bool is_none_or_within(double value, double least, double most) noexcept {
  return std::isnan(value) || within(value, least, most);
}

bool is_whole(double value) noexcept {
  return std::isnan(value) || std::floor(value) == value;
}

bool is_codec(std::string_view name) noexcept {
  constexpr std::size_t kMostLetters = 40;
  return name.size() <= kMostLetters && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

bool are_in_range(const SourceNumbers& numbers) noexcept {
  const auto& [lossless, rate_hz, channels, bits, bit_rate, start_s, end_s, dc, runs, balance_db,
               correlation, width_db, cutoff_hz, cutoff_db] = numbers;
  constexpr double kMostRateHz = 1e7, kMostChannels = 1000, kMostBits = 64, kMostFall = 1000;
  return (lossless == 0 || lossless == 1) && within(rate_hz, 0, kMostRateHz) &&
         within(channels, 0, kMostChannels) && is_none_or_within(bits, 1, kMostBits) &&
         is_none_or_within(bit_rate, 0, kMost) && within(start_s, 0, kMost) &&
         within(end_s, 0, kMost) && within(dc, 0, kMost) && within(runs, 0, kMost) &&
         is_none_or_within(balance_db, -Source::kMostDb, Source::kMostDb) &&
         is_none_or_within(correlation, -1, 1) &&
         is_none_or_within(width_db, -Source::kMostDb, Source::kMostDb) &&
         within(cutoff_hz, 0, kMostRateHz) && within(cutoff_db, 0, kMostFall) &&
         is_whole(rate_hz) && is_whole(channels) && is_whole(bits) && is_whole(runs);
}

}  // namespace

SourceNumbers numbers_of(const Source& source) noexcept {
  return {source.is_lossless ? 1.0 : 0.0,
          static_cast<double>(source.sample_rate_hz),
          static_cast<double>(source.channels),
          or_none(source.bits_per_sample),
          or_none(source.bit_rate_bps),
          source.start_silence_s,
          source.end_silence_s,
          source.dc_offset,
          static_cast<double>(source.clipped_runs),
          or_none(source.balance_db),
          or_none(source.correlation),
          or_none(source.width_db),
          source.cutoff_hz,
          source.cutoff_db};
}

std::optional<Source> source_of(const SourceNumbers& numbers, std::string_view codec) {
  if (!are_in_range(numbers) || !is_codec(codec)) return std::nullopt;
  const auto& [lossless, rate_hz, channels, bits, bit_rate, start_s, end_s, dc, runs, balance_db,
               correlation, width_db, cutoff_hz, cutoff_db] = numbers;
  return Source{.codec = std::string(codec),
                .is_lossless = lossless == 1,
                .sample_rate_hz = static_cast<int>(rate_hz),
                .channels = static_cast<int>(channels),
                .bits_per_sample = if_any<int>(bits),
                .bit_rate_bps = if_any<double>(bit_rate),
                .start_silence_s = start_s,
                .end_silence_s = end_s,
                .dc_offset = dc,
                .clipped_runs = static_cast<std::uint64_t>(runs),
                .balance_db = if_any<double>(balance_db),
                .correlation = if_any<double>(correlation),
                .width_db = if_any<double>(width_db),
                .cutoff_hz = cutoff_hz,
                .cutoff_db = cutoff_db};
}

}  // namespace aura::audio
