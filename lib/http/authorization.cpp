#include "authorization.h"

#include <openssl/crypto.h>

#include "aura/base/text.h"

namespace aura::http {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kBasic = "Basic ";

bool are_equal(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace

bool holds_token(std::string_view authorization, std::string_view token) {
  if (authorization.starts_with(kBearer))
    return are_equal(authorization.substr(kBearer.size()), token);
  if (!authorization.starts_with(kBasic)) return false;
  const auto bytes = from_base64(authorization.substr(kBasic.size()));
  if (!bytes) return false;
  const std::string_view pair(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  const auto colon = pair.find(':');
  return colon != std::string_view::npos && are_equal(pair.substr(colon + 1), token);
}

}  // namespace aura::http
