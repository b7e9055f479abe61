#pragma once

#include <string>
#include <string_view>

namespace aura::page {

/// A file that the web page is made of.
struct Asset {
  std::string_view name;          ///< without a folder: "queue.html", "style.css"
  std::string_view content_type;  ///< by the name's ending
  std::string_view text;
  std::string sha256;  ///< of the text, in base64, as a Content-Security-Policy has it
};

/// The asset called `name`; null where there is none. It lives as long as the process. From any
/// thread.
const Asset* find_asset(std::string_view name);

}  // namespace aura::page
