#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/stored.h"
#include "aura/base/sha256.h"
#include "aura/catalogue/catalogue.h"
#include "aura/postgres/result.h"

namespace aura::catalogue {

static_assert(std::endian::native == std::endian::little,
              "the database holds little-endian numbers");

// All functions here are thread-safe.

/// Returns the bytes of `numbers` in hexadecimal.
template <typename Number>
std::string hex_of(std::span<const Number> numbers) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(numbers.size_bytes() * 2);
  for (const auto byte : std::as_bytes(numbers)) {
    hex += kDigits[std::to_integer<unsigned>(byte) >> 4U];
    hex += kDigits[std::to_integer<unsigned>(byte) & 0xFU];
  }
  return hex;
}

/// Returns the value of a hexadecimal digit; 16 or more for another character.
inline unsigned digit_of(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return 16;
}

/// Returns the numbers of a field of type bytea, or of hexadecimal digits; none if it is damaged.
template <typename Number>
std::vector<Number> numbers_of(std::string_view hex) {
  if (hex.starts_with("\\x")) hex.remove_prefix(2);
  if (hex.size() % (2 * sizeof(Number)) != 0) return {};
  std::vector<Number> numbers(hex.size() / 2 / sizeof(Number));
  auto* bytes = reinterpret_cast<unsigned char*>(numbers.data());
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto high = digit_of(hex[i]);
    const auto low = digit_of(hex[i + 1]);
    if (high > 15 || low > 15) return {};
    *bytes++ = static_cast<unsigned char>(high << 4U | low);
  }
  return numbers;
}

/// Returns `hash` as a text that casts to bytea.
inline std::string bytea(const Sha256& hash) {
  return "\\x" + to_hex(hash);
}

/// Adds the part of a row of aura.measurement to `known`. Omits it if it is damaged or unknown.
inline void read_part(const postgres::Row& row, analysis::KnownParts& known) {
  for (const auto part : analysis::kParts) {
    if (row["part"].text() == name_of(part))
      analysis::read_stored_part(row["measured"].text(), part, known);
  }
}

/// Returns the hash that 64 hexadecimal digits stand for; zeros if they are damaged.
inline Sha256 sha256_of(std::string_view hex) {
  const auto bytes = numbers_of<std::uint8_t>(hex);
  Sha256 hash{};
  if (bytes.size() == hash.size()) std::memcpy(hash.data(), bytes.data(), hash.size());
  return hash;
}

/// Reads what rows of songs have in common: all but charts and origin.
inline Song song_of(const postgres::Row& row) {
  return {.song = row["song"].as<std::string>(),
          .artist = row["artist"].as<std::string>(),
          .year = postgres::optional_value<int>(row["year"]),
          .genre = postgres::optional_text(row["genre"]),
          .isrc = postgres::optional_text(row["isrc"]),
          .spotify_url = postgres::optional_text(row["spotify_url"]),
          .image_url = postgres::optional_text(row["image_url"]),
          .charts = {},
          .origin = {}};
}

inline SongFacts facts_of(const postgres::Row& row) {
  return {.tempo_bpm = postgres::optional_value<double>(row["tempo_bpm"]),
          .key = postgres::optional_text(row["key"]),
          .loudness_lufs = postgres::optional_value<double>(row["loudness_lufs"])};
}

/// Transactions that write many rows of the catalogue begin with this statement and wait for each
/// other: in any other order, two could lock each other's rows.
inline constexpr const char* kTakeTurn = "SELECT pg_advisory_xact_lock(hashtext('aura.catalogue'))";

/// Why the catalogue refuses a silent track.
inline constexpr const char* kSilent = "the track is silent: nothing sounds like it";

/// Returns whether `raw` is the vector of silence, which nothing sounds like: all 0. Of several
/// vectors, the Timbre of silence is; a model gives other numbers.
inline bool is_of_silence(std::span<const float> raw) {
  return std::ranges::all_of(raw, [](float value) { return value == 0; });
}

inline bool is_of_silence(std::span<const RawVector> vectors) {
  return std::ranges::any_of(vectors, [](const auto& each) { return is_of_silence(each.values); });
}

/// How many bytes the vectors of `like` take in the database.
inline int vector_bytes(const analysis::Space& like) {
  return like.size() * static_cast<int>(sizeof(float));
}

/// The vectors of the spaces `like`, as statements want them.
std::string wanted_vectors(std::span<const analysis::Space> like);

}  // namespace aura::catalogue
