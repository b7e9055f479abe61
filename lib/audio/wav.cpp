#include "aura/audio/wav.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string_view>

namespace aura::audio {
namespace {

constexpr int kPcm = 1;
constexpr int kFloat = 3;
constexpr int kFloatBits = 32;
constexpr int kExtensible = 0xFFFE;
/// What comes behind the number of the coding in a GUID of Microsoft's.
constexpr std::string_view kGuidTail("\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71", 14);
constexpr std::uint64_t kMost32 = std::numeric_limits<std::uint32_t>::max();

/// The lowest byte first.
void put(std::string& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xFF);
}

std::uint64_t moment_bytes(const WavForm& form) {
  return static_cast<std::uint64_t>(form.sound.channels * form.bits / 8);
}

std::string format_chunk(const WavForm& form) {
  // What has more than two channels or 16 bits has to say more of itself.
  const bool is_extensible = form.sound.channels > 2 || form.bits > 16;
  const auto coding = static_cast<std::uint64_t>(form.bits == kFloatBits ? kFloat : kPcm);
  const auto rate = static_cast<std::uint64_t>(form.sound.sample_rate_hz);
  std::string chunk;
  put(chunk, is_extensible ? kExtensible : coding, 2);
  put(chunk, static_cast<std::uint64_t>(form.sound.channels), 2);
  put(chunk, rate, 4);
  put(chunk, std::min(rate * moment_bytes(form), kMost32), 4);
  put(chunk, moment_bytes(form), 2);
  put(chunk, static_cast<std::uint64_t>(form.bits), 2);
  if (is_extensible) {
    put(chunk, 22, 2);  // bytes that follow
    put(chunk, static_cast<std::uint64_t>(form.bits), 2);
    put(chunk, form.sound.speakers, 4);
    put(chunk, coding, 2);
    chunk += kGuidTail;
  }
  return chunk;
}

/// Returns the chunk that states the length of what is not PCM.
std::string fact_chunk(const WavForm& form) {
  if (form.bits != kFloatBits) return {};
  std::string chunk = "fact";
  put(chunk, 4, 4);
  put(chunk, std::min(form.moments, kMost32), 4);
  return chunk;
}

}  // namespace

std::string wav_header(const WavForm& form) {
  const auto format = format_chunk(form);
  const auto fact = fact_chunk(form);
  const auto data_bytes = form.moments * moment_bytes(form);
  constexpr std::uint64_t kChunkHead = 8, kWave = 4, kDs64 = 28;
  auto riff_bytes = kWave + kChunkHead + format.size() + fact.size() + kChunkHead + data_bytes +
                    wav_end(form).size();
  const bool is_large = riff_bytes > kMost32;
  if (is_large) riff_bytes += kChunkHead + kDs64;
  std::string header = is_large ? "RF64" : "RIFF";
  put(header, is_large ? kMost32 : riff_bytes, 4);
  header += "WAVE";
  if (is_large) {
    header += "ds64";
    put(header, kDs64, 4);
    put(header, riff_bytes, 8);
    put(header, data_bytes, 8);
    put(header, form.moments, 8);
    put(header, 0, 4);  // further sizes
  }
  header += "fmt ";
  put(header, format.size(), 4);
  header += format + fact + "data";
  put(header, is_large ? kMost32 : data_bytes, 4);
  return header;
}

void append_pcm(std::string& bytes, std::span<const float> samples, int bits) {
  const float scale = std::ldexp(1.0F, bits - 1);
  bytes.reserve(bytes.size() + samples.size() * static_cast<std::size_t>(bits / 8));
  for (const float sample : samples) {
    const float value = std::clamp(std::nearbyint(sample * scale), -scale, scale - 1);
    put(bytes, static_cast<std::uint64_t>(static_cast<std::int64_t>(value)), bits / 8);
  }
}

void append_float(std::string& bytes, std::span<const float> samples) {
  static_assert(std::endian::native == std::endian::little && sizeof(float) == kFloatBits / 8);
  const auto raw = std::as_bytes(samples);
  bytes.append(reinterpret_cast<const char*>(raw.data()), raw.size());
}

std::string wav_end(const WavForm& form) {
  return std::string(form.moments * moment_bytes(form) % 2, '\0');
}

}  // namespace aura::audio
