#include "authorization.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <string>

namespace aura::http {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kBasic = "Basic ";

bool are_equal(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

/// What `base64` encodes; empty where it is no base64. The server's limit to headers bounds it.
std::string decode_base64(std::string_view base64) {
  std::string bytes(base64.size() / 4 * 3 + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(base64.data()),
                                   static_cast<int>(base64.size()));
  // Padding is decoded too, as zeros.
  const auto padding = base64.ends_with("==") ? 2 : base64.ends_with('=') ? 1 : 0;
  bytes.resize(size > padding ? static_cast<std::size_t>(size - padding) : 0);
  return bytes;
}

}  // namespace

bool holds_token(std::string_view authorization, std::string_view token) {
  if (authorization.starts_with(kBearer))
    return are_equal(authorization.substr(kBearer.size()), token);
  if (!authorization.starts_with(kBasic)) return false;
  const auto pair = decode_base64(authorization.substr(kBasic.size()));
  const auto colon = pair.find(':');
  return colon != std::string::npos && are_equal(std::string_view(pair).substr(colon + 1), token);
}

}  // namespace aura::http
