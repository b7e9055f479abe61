#include "aura/page/assets.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "embedded_assets.h"

namespace aura::page {
namespace {

std::string sha256_base64(std::string_view text) {
  constexpr std::size_t kDigestBytes = 32;
  constexpr std::size_t kBase64Bytes = 44;
  std::array<unsigned char, kDigestBytes> digest{};
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL can't compute SHA-256");
  std::array<unsigned char, kBase64Bytes + 1> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), kDigestBytes);
  return {base64.begin(), base64.begin() + kBase64Bytes};
}

std::string_view type_of(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  return "text/html; charset=utf-8";
}

std::vector<Asset> make_assets() {
  std::vector<Asset> assets;
  assets.reserve(embedded_assets().size());
  for (const auto& [name, text] : embedded_assets())
    assets.push_back({name, type_of(name), text, sha256_base64(text)});
  return assets;
}

}  // namespace

const Asset* find_asset(std::string_view name) {
  static const auto assets = make_assets();
  const auto found = std::find_if(assets.begin(), assets.end(),
                                  [&](const Asset& asset) { return asset.name == name; });
  return found == assets.end() ? nullptr : &*found;
}

}  // namespace aura::page
