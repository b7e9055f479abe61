#include "json.h"

#include <cstddef>

namespace aura::analysis {
namespace {

constexpr int kMostLevels = 16;  // to_stored_json() writes six

/// Whether arrays and objects nest deeper than `most` levels. `text` need not be JSON: as far as
/// it is JSON, the levels are right.
bool nests_deeper_than(std::string_view text, int most) noexcept {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      in_string = !in_string;
    } else if (in_string) {
      if (c == '\\') ++i;
    } else if (c == '[' || c == '{') {
      if (++depth > most) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

nlohmann::json parse_untrusted(std::string_view text) {
  if (nests_deeper_than(text, kMostLevels)) return nlohmann::json::value_t::discarded;
  return nlohmann::json::parse(text, nullptr, false);
}

}  // namespace aura::analysis
