#include "files.h"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace aura::audio {

std::vector<std::uint8_t> read_data(const std::string& path) {
  std::ifstream file(std::string(AURA_TEST_DATA "/") + path, std::ios::binary);
  if (!file) throw std::runtime_error("no test file " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

void put(Bytes& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

void put(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put_big_endian(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

Spool spooled(std::span<const std::uint8_t> file) {
  Spool spool;
  spool.append(file);
  return spool;
}

Audio decode_all(std::span<const std::uint8_t> file, DecodeLimits limits, Label label) {
  limits.min_duration = {};
  auto spool = spooled(file);
  spool.set_label(std::move(label));
  Audio audio;
  static_cast<Decoded&>(audio) = decode(spool, limits, [&](std::span<const float> block) {
    audio.samples.insert(audio.samples.end(), block.begin(), block.end());
  });
  return audio;
}

std::vector<std::string> small_files() {
  std::vector<std::string> paths;
  for (const char* name :
       {"plain.mp3", "no_length.mp3", "cover.mp3", "vorbis.ogg", "opus.opus", "16_bit.flac",
        "24_bit.flac", "aac.m4a", "alac.m4a", "adts.aac", "opus.webm", "video.mp4", "16_bit.wav"}) {
    paths.push_back(std::string("audio/") + name);
  }
  return paths;
}

}  // namespace aura::audio
