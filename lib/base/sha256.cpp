#include "aura/base/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>
#include <string_view>

namespace aura {
namespace {

void require(int openssl_result) {
  if (openssl_result != 1) throw std::runtime_error("OpenSSL can't compute SHA-256");
}

}  // namespace

struct Sha256Hasher::Impl {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free};

  void start() { require(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr)); }
};

Sha256Hasher::Sha256Hasher() : impl_(std::make_unique<Impl>()) {
  require(impl_->context ? 1 : 0);
  impl_->start();
}

Sha256Hasher::~Sha256Hasher() = default;
Sha256Hasher::Sha256Hasher(Sha256Hasher&& other) noexcept = default;
Sha256Hasher& Sha256Hasher::operator=(Sha256Hasher&& other) noexcept = default;

void Sha256Hasher::append(std::span<const std::uint8_t> bytes) {
  require(EVP_DigestUpdate(impl_->context.get(), bytes.data(), bytes.size()));
}

Sha256 Sha256Hasher::finish() {
  Sha256 hash{};
  require(EVP_DigestFinal_ex(impl_->context.get(), hash.data(), nullptr));
  impl_->start();
  return hash;
}

Sha256 sha256(std::span<const std::uint8_t> bytes) {
  Sha256Hasher hasher;
  hasher.append(bytes);
  return hasher.finish();
}

Sha256 hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> message) {
  Sha256 hash{};
  // OpenSSL refuses a null pointer, even if the key is empty.
  const void* key_bytes = key.empty() ? hash.data() : key.data();
  const auto* made = HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()), message.data(),
                          message.size(), hash.data(), nullptr);
  require(made != nullptr ? 1 : 0);
  return hash;
}

std::string to_hex(const Sha256& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * hash.size());
  for (const auto byte : hash) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace aura
