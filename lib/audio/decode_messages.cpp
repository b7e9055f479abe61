#include "decode_messages.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

#include "aura/base/text.h"
#include "channels.h"
#include "source_values.h"
#include "tag_values.h"

namespace aura::audio {
namespace {

enum Kind : std::uint32_t { kSamples = 1, kDone, kFailed, kTags, kFormat };

struct Header {
  std::uint32_t kind = 0;
  std::uint32_t bytes = 0;
};

/// Integrated loudness, range and true peak.
using Levels = std::array<double, 3>;

// Few enough turns between the processes, and the other one at work meanwhile.
constexpr std::size_t kSlots = 4;
constexpr std::size_t kMaxTextBytes = 16 * 1024;
constexpr std::size_t kMaxLines = 16;
constexpr std::size_t kMaxCodeBytes = 40;

std::size_t slot_size(std::span<const std::byte> ring) {
  return ring.size() / kSlots;
}

std::size_t moment_bytes(const SoundFormat& format) {
  return static_cast<std::size_t>(format.channels) * sizeof(float);
}

bool is_sound_format(const SoundFormat& format) {
  return format.sample_rate_hz >= kMinInputRateHz && format.sample_rate_hz <= kMaxInputRateHz &&
         format.channels >= 1 && format.channels <= kMaxChannels &&
         (format.speakers == 0 || std::popcount(format.speakers) == format.channels);
}

void write_all(int socket, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const auto written = ::write(socket, bytes, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      ::_exit(1);
    }
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < kMaxLines) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(one_line(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Nothing for NaN, which stands for it.
std::optional<double> level_of(double told) {
  // No float is farther from full scale, in dB.
  constexpr double kMost = 1000;
  if (std::isnan(told)) return std::nullopt;
  if (!(std::abs(told) <= kMost)) throw MessageReader::Malformed{};
  return told;
}

Tags checked_tags(std::string_view text) {
  auto tags = tags_of_lines(text);
  if (!tags) throw MessageReader::Malformed{};
  return *std::move(tags);
}

/// Loudness, numbers of the source, the codec's name on a line, a line per warning.
Decoded decoded_of(std::string_view text) {
  Levels levels{};
  SourceNumbers numbers{};
  if (text.size() < sizeof levels + sizeof numbers) throw MessageReader::Malformed{};
  std::memcpy(levels.data(), text.data(), sizeof levels);
  std::memcpy(numbers.data(), text.data() + sizeof levels, sizeof numbers);
  text.remove_prefix(sizeof levels + sizeof numbers);
  const auto codec_end = text.find('\n');
  if (codec_end == std::string_view::npos) throw MessageReader::Malformed{};
  auto source = source_of(numbers, text.substr(0, codec_end));
  if (!source) throw MessageReader::Malformed{};
  return {lines_of(text.substr(codec_end + 1)),
          {level_of(levels[0]), level_of(levels[1]), level_of(levels[2])},
          *std::move(source)};
}

bool is_code(std::string_view text) {
  const auto in_code = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text.size() <= kMaxCodeBytes &&
         std::all_of(text.begin(), text.end(), in_code);
}

bool all_sound(std::span<const float> samples) {
  // Without a way out of the loop, so that it is done several samples at a time.
  std::uint32_t not_sound = 0;
  for (const float sample : samples) not_sound += static_cast<std::uint32_t>(!is_sound(sample));
  return not_sound == 0;
}

}  // namespace

MessageWriter::MessageWriter(int socket, std::span<std::byte> ring)
    : socket_(socket), ring_(ring), free_slots_(kSlots), block_bytes_(slot_size(ring)) {}

void MessageWriter::format(const SoundFormat& format) {
  block_bytes_ -= block_bytes_ % moment_bytes(format);
  send_text(kFormat, {reinterpret_cast<const char*>(&format), sizeof format});
}

void MessageWriter::samples(std::span<const float> samples) {
  auto bytes = std::as_bytes(samples);
  while (!bytes.empty()) {
    if (slot_bytes_ == 0) wait_for_slot();
    const auto head = bytes.first(std::min(bytes.size(), block_bytes_ - slot_bytes_));
    std::memcpy(&ring_[slot_ * slot_size(ring_) + slot_bytes_], head.data(), head.size());
    slot_bytes_ += head.size();
    bytes = bytes.subspan(head.size());
    if (slot_bytes_ == block_bytes_) flush();
  }
}

void MessageWriter::wait_for_slot() {
  std::array<char, kSlots> freed{};
  while (free_slots_ == 0) {
    const auto count = ::read(socket_, freed.data(), freed.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) ::_exit(1);
    free_slots_ += static_cast<std::size_t>(count);
  }
  --free_slots_;
}

void MessageWriter::flush() {
  if (slot_bytes_ == 0) return;
  const Header header{kSamples, static_cast<std::uint32_t>(slot_bytes_)};
  write_all(socket_, &header, sizeof header);
  slot_ = (slot_ + 1) % kSlots;
  slot_bytes_ = 0;
}

void MessageWriter::done(const Decoded& decoded) {
  flush();
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const auto& loudness = decoded.loudness;
  const Levels levels{loudness.integrated_lufs.value_or(kNone), loudness.range_lu.value_or(kNone),
                      loudness.true_peak_dbtp.value_or(kNone)};
  const auto numbers = numbers_of(decoded.source);
  std::string text(reinterpret_cast<const char*>(levels.data()), sizeof levels);
  text.append(reinterpret_cast<const char*>(numbers.data()), sizeof numbers);
  text += decoded.source.codec + '\n';
  for (const auto& warning : decoded.warnings) text += warning + '\n';
  send_text(kDone, text);
}

void MessageWriter::done(const Tags& tags) {
  send_text(kTags, lines_of_tags(tags));
}

void MessageWriter::failed(const JobError& error) {
  flush();
  send_text(kFailed, error.code() + '\n' + (error.retryable() ? "retry" : "final") + '\n' +
                         one_line(error.what()));
}

void MessageWriter::send_text(std::uint32_t kind, const std::string& text) {
  const Header header{kind, static_cast<std::uint32_t>(std::min(text.size(), kMaxTextBytes))};
  write_all(socket_, &header, sizeof header);
  write_all(socket_, text.data(), header.bytes);
}

MessageReader::MessageReader(int socket, std::span<const std::byte> ring,
                             std::chrono::milliseconds patience)
    : socket_(socket), ring_(ring), patience_(patience) {}

bool MessageReader::read(std::span<std::byte> into) {
  while (!into.empty()) {
    pollfd readable{socket_, POLLIN, 0};
    const int ready = ::poll(&readable, 1, static_cast<int>(patience_.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) throw Stalled{};
    const auto count = ::recv(socket_, into.data(), into.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    into = into.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

std::string MessageReader::read_text(std::size_t bytes) {
  if (bytes > kMaxTextBytes) throw Malformed{};
  std::string text(bytes, '\0');
  if (!read(std::as_writable_bytes(std::span(text)))) throw Malformed{};
  return text;
}

void MessageReader::read_format(std::size_t bytes) {
  SoundFormat format;
  // Once, and before all samples.
  if (bytes != sizeof format || format_ || !block_.empty()) throw Malformed{};
  std::memcpy(&format, read_text(bytes).data(), sizeof format);
  if (!is_sound_format(format)) throw Malformed{};
  format_ = format;
}

std::span<const float> MessageReader::take_slot(std::size_t bytes) {
  const auto unit = format_ ? moment_bytes(*format_) : sizeof(float);
  if (bytes == 0 || bytes % unit != 0 || bytes > slot_size(ring_)) throw Malformed{};
  block_.resize(bytes / sizeof(float));
  std::memcpy(block_.data(), &ring_[slot_ * slot_size(ring_)], bytes);
  slot_ = (slot_ + 1) % kSlots;
  // Without waiting: a process that doesn't listen may also speak on without end.
  const char freed = 0;
  ::send(socket_, &freed, sizeof freed, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (!all_sound(block_)) throw Malformed{};
  return block_;
}

std::optional<std::span<const float>> MessageReader::next() {
  Header header;
  if (result_ || !read(std::as_writable_bytes(std::span(&header, 1)))) return std::nullopt;
  switch (header.kind) {
    case kFormat:
      read_format(header.bytes);
      return next();
    case kSamples:
      return take_slot(header.bytes);
    case kDone:
      result_ =
          DecodeResult{.decoded = decoded_of(read_text(header.bytes)), .tags = {}, .error = {}};
      return std::nullopt;
    case kTags:
      result_ =
          DecodeResult{.decoded = {}, .tags = checked_tags(read_text(header.bytes)), .error = {}};
      return std::nullopt;
    case kFailed: {
      const auto lines = lines_of(read_text(header.bytes));
      if (lines.size() != 3 || !is_code(lines[0])) throw Malformed{};
      result_ = DecodeResult{
          .decoded = {},
          .tags = {},
          .error = JobError(lines[0], lines[2], lines[1] == "retry" ? Retry::kYes : Retry::kNo)};
      return std::nullopt;
    }
    default:
      throw Malformed{};
  }
}

}  // namespace aura::audio
