#pragma once

#include <string_view>
#include <vector>

namespace aura::page {

/// A file that the build put into the binary. Its texts live as long as the process.
struct EmbeddedAsset {
  std::string_view name;  ///< Without a folder.
  std::string_view text;
};

/// Returns all files of the web page. Thread-safe. The list lives until the process ends.
const std::vector<EmbeddedAsset>& embedded_assets();

}  // namespace aura::page
