#include "aura/page/assets.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "aura/base/sha256.h"
#include "aura/base/text.h"
#include "embedded_assets.h"

namespace aura::page {
namespace {

std::string sha256_base64(std::string_view text) {
  const auto hash = sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return base64(std::as_bytes(std::span(hash)));
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
