#include <span>
#include <vector>

#include "aura/analysis/fingerprint.h"
#include "aura/analysis/measurements.h"
#include "aura/base/text.h"
#include "json.h"
#include "measurement_values.h"

namespace aura::analysis {
namespace {

constexpr std::size_t kItemBytes = sizeof(std::uint32_t);

[[noreturn]] void refuse(const char* why) {
  throw BadMeasurement("`items` of a fingerprint " + std::string(why));
}

}  // namespace

std::string to_json(const Fingerprint& fingerprint) {
  std::vector<std::byte> bytes;
  bytes.reserve(kItemBytes * fingerprint.items.size());
  for (const auto item : fingerprint.items) {
    for (std::size_t i = 0; i < kItemBytes; ++i)
      bytes.push_back(static_cast<std::byte>(item >> (8 * i) & 0xFF));
  }
  return dump({{"items", base64(bytes)}});
}

template <>
Fingerprint from_value<Fingerprint>(const nlohmann::json& value) {
  if (!value.is_object() || !value.contains("items")) refuse("are missing");
  const auto& text = value["items"];
  if (!text.is_string()) refuse("are no text");
  const auto bytes = from_base64(text.get_ref<const std::string&>());
  if (!bytes) refuse("are not in Base64");
  if (bytes->size() % kItemBytes != 0 || bytes->size() / kItemBytes > kMaxFingerprintItems)
    refuse("have a length that is out of range");
  Fingerprint fingerprint;
  fingerprint.items.assign(bytes->size() / kItemBytes, 0);
  for (std::size_t i = 0; i < bytes->size(); ++i)
    fingerprint.items[i / kItemBytes] |= static_cast<std::uint32_t>((*bytes)[i])
                                         << (8 * (i % kItemBytes));
  return fingerprint;
}

template <>
Fingerprint from_json<Fingerprint>(std::string_view text) {
  return from_value<Fingerprint>(parse_untrusted(text));
}

}  // namespace aura::analysis
