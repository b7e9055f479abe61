#include "ogg.h"

#include <algorithm>
#include <stdexcept>

namespace aura::audio {
namespace {

constexpr std::size_t kHeadBytes = 27;
constexpr std::size_t kMaxLace = 255;   // bytes
constexpr std::size_t kMaxLaces = 255;  // of a page

/// CRC-32 with the polynomial 0x04C11DB7, the first bit first, from 0 on (section 6).
std::uint32_t checksum(std::span<const std::uint8_t> page) {
  std::uint32_t crc = 0;
  for (const auto byte : page) {
    crc ^= std::uint32_t{byte} << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc << 1 ^ ((crc >> 31) != 0 ? 0x04C1'1DB7U : 0);
  }
  return crc;
}

}  // namespace

std::vector<Bytes> pages_of(const Bytes& file) {
  std::vector<Bytes> pages;
  for (std::size_t at = 0; at + kHeadBytes <= file.size();) {
    std::size_t size = kHeadBytes + file[at + 26];
    for (std::size_t i = 0; i < file[at + 26]; ++i) size += file[at + kHeadBytes + i];
    const auto begin = file.begin() + static_cast<std::ptrdiff_t>(at);
    pages.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
    at += size;
  }
  return pages;
}

Bytes with_checksum(Bytes page) {
  std::fill_n(page.begin() + 22, 4, std::uint8_t{0});
  const auto crc = checksum(page);
  for (std::size_t i = 0; i < 4; ++i) page[22 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
  return page;
}

std::vector<Bytes> packets_of(const Bytes& file) {
  std::vector<Bytes> packets;
  Bytes packet;
  for (const auto& page : pages_of(file)) {
    auto from = page.begin() + static_cast<std::ptrdiff_t>(kHeadBytes) + page[26];
    for (std::size_t i = 0; i < page[26]; ++i) {
      const auto lace = page[kHeadBytes + i];
      packet.insert(packet.end(), from, from + lace);
      from += lace;
      if (lace == kMaxLace) continue;
      packets.push_back(packet);
      packet.clear();
    }
  }
  return packets;
}

Bytes ogg_of(const std::vector<OggPage>& pages) {
  constexpr std::uint64_t kFirst = 2;
  constexpr std::uint64_t kLast = 4;
  Bytes file;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    Bytes laces, sound;
    for (const auto& packet : pages[i].packets) {
      laces.insert(laces.end(), packet.size() / kMaxLace, std::uint8_t{kMaxLace});
      put(laces, packet.size() % kMaxLace, 1);
      sound = std::move(sound) + packet;
    }
    if (laces.size() > kMaxLaces) throw std::invalid_argument("the packets don't fit a page");
    Bytes page;
    put(page, "OggS");
    put(page, 0, 1);
    put(page, i == 0 ? kFirst : i + 1 == pages.size() ? kLast : 0, 1);
    put(page, pages[i].stamp, 8);
    put(page, 1, 4);  // the stream
    put(page, i, 4);
    put(page, 0, 4);
    put(page, laces.size(), 1);
    file = std::move(file) + with_checksum(std::move(page) + laces + sound);
  }
  return file;
}

}  // namespace aura::audio
