#include "coded_wav.h"

#include <cmath>
#include <string_view>

namespace aura::audio {
namespace {

Bytes format_of(const WavCoding& coding, int sample_rate_hz) {
  const int block = coding.bytes * coding.channels;
  Bytes format;
  put(format, coding.is_extensible ? 0xFFFE : 1, 2);
  put(format, static_cast<std::uint64_t>(coding.channels), 2);
  put(format, static_cast<std::uint64_t>(sample_rate_hz), 4);
  put(format, static_cast<std::uint64_t>(sample_rate_hz * block), 4);
  put(format, static_cast<std::uint64_t>(block), 2);
  put(format, static_cast<std::uint64_t>(coding.bits), 2);
  if (coding.is_extensible) {
    put(format, 22, 2);
    put(format, static_cast<std::uint64_t>(coding.valid), 2);
    put(format, 0, 4);
    put(format, std::string_view("\x01\0\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71", 16));
  }
  return format;
}

Bytes data_of(const WavCoding& coding, std::span<const double> samples) {
  const int all = coding.bytes * 8;
  const int used = coding.is_dirty ? all : valid_bits(coding);
  Bytes data;
  for (const double sample : samples) {
    const auto value = std::llround(sample * std::exp2(used - 1));
    auto bits = static_cast<std::uint64_t>(value) << (all - used);
    if (coding.bytes == 1) bits ^= 0x80;  // these count from zero
    put(data, bits, coding.bytes);
  }
  return data;
}

}  // namespace

int valid_bits(const WavCoding& coding) {
  return coding.valid > 0 ? coding.valid : coding.bytes * 8;
}

Bytes coded_wav(const WavCoding& coding, int sample_rate_hz, std::span<const double> samples) {
  const auto format = format_of(coding, sample_rate_hz);
  const auto data = data_of(coding, samples);
  Bytes file;
  const auto size = static_cast<std::uint64_t>(data.size());
  put(file, coding.is_rf64 ? "RF64" : "RIFF");
  const auto all = 4 + (coding.is_rf64 ? 36 : 0) + 8 + format.size() + 8 + size;
  put(file, coding.is_rf64 ? 0xFFFF'FFFF : all, 4);
  put(file, "WAVE");
  if (coding.is_rf64) {
    put(file, "ds64");
    put(file, 28, 4);
    put(file, all, 8);
    put(file, size, 8);
    put(file, samples.size() / static_cast<std::size_t>(coding.channels), 8);
    put(file, 0, 4);
  }
  put(file, "fmt ");
  put(file, format.size(), 4);
  file.insert(file.end(), format.begin(), format.end());
  put(file, "data");
  put(file, coding.is_rf64 ? 0xFFFF'FFFF : size, 4);
  file.insert(file.end(), data.begin(), data.end());
  return file;
}

}  // namespace aura::audio
