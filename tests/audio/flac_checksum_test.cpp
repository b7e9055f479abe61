#include "flac_checksum.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace aura::audio {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes random_bytes(std::size_t size) {
  std::mt19937 random(
      1);  // NOLINT(cert-msc51-cpp,bugprone-random-generator-seed): the same each run
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

/// The checksum by its definition, bit by bit.
std::uint16_t checksum(std::span<const std::uint8_t> bytes) {
  unsigned crc = 0;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<unsigned>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x18005 : crc << 1;
  }
  return static_cast<std::uint16_t>(crc);
}

Bytes with_checksum(Bytes bytes) {
  const auto crc = checksum(bytes);
  bytes.push_back(static_cast<std::uint8_t>(crc >> 8));
  bytes.push_back(static_cast<std::uint8_t>(crc & 0xff));
  return bytes;
}

TEST_CASE("flac_checksum: fits a frame of any size that ends with its checksum") {
  // Below and above what is folded at once, with and without a rest.
  for (std::size_t size = 0; size < 300; ++size)
    CHECK(flac_checksum_fits(with_checksum(random_bytes(size))));
  CHECK(flac_checksum_fits(with_checksum(random_bytes(100'000))));
}

TEST_CASE("flac_checksum: one wrong bit anywhere doesn't fit") {
  const std::size_t size = GENERATE(as<std::size_t>{}, 1, 61, 62, 63, 150, 1000);
  auto frame = with_checksum(random_bytes(size));
  for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
    const auto flip = static_cast<std::uint8_t>(1 << bit % 8);
    frame[bit / 8] ^= flip;
    CHECK_FALSE(flac_checksum_fits(frame));
    frame[bit / 8] ^= flip;
  }
}

TEST_CASE("flac_checksum: something behind a frame doesn't fit") {
  auto frame = with_checksum(random_bytes(1000));
  frame.push_back('T');
  CHECK_FALSE(flac_checksum_fits(frame));
}

}  // namespace
}  // namespace aura::audio
