#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace aura {

/// A SHA-256 (FIPS 180-4), or an HMAC made with it.
using Sha256 = std::array<std::uint8_t, 32>;

/// Computes the SHA-256 of bytes that arrive piece by piece. Not thread-safe. After a move, the
/// source can only be destroyed or assigned to.
class Sha256Hasher {
 public:
  /// Starts with no bytes. Throws std::runtime_error if OpenSSL fails.
  Sha256Hasher();
  ~Sha256Hasher();
  Sha256Hasher(Sha256Hasher&& other) noexcept;
  Sha256Hasher& operator=(Sha256Hasher&& other) noexcept;

  /// Appends `bytes`. Throws std::runtime_error if OpenSSL fails.
  void append(std::span<const std::uint8_t> bytes);
  /// Returns the hash of all bytes and starts again with no bytes. Throws std::runtime_error if
  /// OpenSSL fails.
  Sha256 finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// All functions here are thread-safe.

/// Returns the SHA-256 of `bytes`. Throws std::runtime_error if OpenSSL fails.
Sha256 sha256(std::span<const std::uint8_t> bytes);

/// Returns HMAC-SHA-256 (RFC 2104) of `message` with `key`, which has any length below 2 GiB.
/// Throws std::runtime_error if OpenSSL fails.
Sha256 hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> message);

/// Returns `hash` as 64 hexadecimal digits in lower case.
std::string to_hex(const Sha256& hash);

}  // namespace aura
