#pragma once

#include <string_view>
#include <vector>

namespace aura::page {

/// A file that was there when this was built.
struct EmbeddedAsset {
  std::string_view name;  ///< without a folder
  std::string_view text;
};

const std::vector<EmbeddedAsset>& embedded_assets();

}  // namespace aura::page
