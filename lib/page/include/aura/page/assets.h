#pragma once

#include <string>
#include <string_view>

namespace aura::page {

/// A file of the web page. Its texts live as long as the process.
struct Asset {
  std::string_view name;          ///< Without a folder: "queue.html", "style.css".
  std::string_view content_type;  ///< Value of Content-Type.
  std::string_view text;
  std::string sha256;  ///< Hash of the text in base64, for a Content-Security-Policy.
};

/// Returns the asset called `name`, or null if there is none. The pointer is valid until the
/// process ends. Thread-safe. Throws std::runtime_error if OpenSSL can't compute SHA-256.
const Asset* find_asset(std::string_view name);

}  // namespace aura::page
