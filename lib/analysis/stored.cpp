#include "aura/analysis/stored.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#include "aura/audio/decode.h"
#include "aura/base/text.h"
#include "json.h"
#include "measurement_values.h"

namespace aura::analysis {
namespace {

void require(int openssl_result) {
  if (openssl_result != 1) throw std::runtime_error("OpenSSL can't compute SHA-256");
}

std::string part_json(Part part, const std::string& data) {
  return dump(Json(std::string(name_of(part)))) +
         ":{\"version\":" + std::to_string(version_of(part)) + ",\"data\":" + data + "}";
}

bool has(const nlohmann::json& object, const char* key, std::string_view text) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() &&
         found->get_ref<const std::string&>() == text;
}

template <typename MeasuredPart>
MeasuredPart part_from(const nlohmann::json& parts, Part part) {
  const auto found = parts.find(std::string(name_of(part)));
  if (found == parts.end() || !found->is_object()) throw BadMeasurement("a part is missing");
  const auto version = found->find("version"), data = found->find("data");
  if (version == found->end() || data == found->end() || !version->is_number_integer() ||
      *version != version_of(part))
    throw BadMeasurement("a part has another version");
  return from_value<MeasuredPart>(*data);
}

/// Whether no text can spoil a terminal.
bool is_printable(const Measurements& measured) {
  const auto is_line = [](const std::string& text) { return one_line(text, text.size()) == text; };
  const auto& warnings = measured.core.warnings;
  return std::all_of(warnings.begin(), warnings.end(), is_line) &&
         is_line(measured.rhythm.time_signature) && is_line(measured.tonal.key) &&
         is_line(measured.tonal.scale);
}

}  // namespace

std::string content_sha256(const Spool& file) {
  constexpr std::size_t kBlockBytes = std::size_t{1} << 18;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(),
                                                                     &EVP_MD_CTX_free);
  require(hash ? EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) : 0);
  std::vector<std::uint8_t> block(kBlockBytes);
  for (std::uint64_t offset = 0;;) {
    const auto count = file.read(offset, block);
    if (count == 0) break;
    require(EVP_DigestUpdate(hash.get(), block.data(), count));
    offset += count;
  }
  std::array<unsigned char, 32> digest{};
  require(EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr));
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const auto byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string to_stored_json(const Measurements& measurements, std::string_view sha256) {
  const auto& [core, rhythm, tonal, pictures] = measurements;
  return "{\"sha256\":" + dump(Json(sha256)) +
         ",\"libavcodec\":" + dump(Json(audio::libavcodec_version())) + ",\"parts\":{" +
         part_json(Part::kCore, to_json(core)) + "," + part_json(Part::kRhythm, to_json(rhythm)) +
         "," + part_json(Part::kTonal, to_json(tonal)) + "," +
         part_json(Part::kPictures, to_json(pictures)) + "}}";
}

std::optional<Measurements> from_stored_json(std::string_view text, std::string_view sha256) try {
  if (text.size() > kMaxStoredBytes) return std::nullopt;
  const auto stored = parse_untrusted(text);
  if (!stored.is_object() || !has(stored, "sha256", sha256) ||
      !has(stored, "libavcodec", audio::libavcodec_version()))
    return std::nullopt;
  const auto parts = stored.find("parts");
  if (parts == stored.end() || !parts->is_object()) return std::nullopt;
  Measurements measured{
      part_from<Core>(*parts, Part::kCore), part_from<Rhythm>(*parts, Part::kRhythm),
      part_from<Tonal>(*parts, Part::kTonal), part_from<Pictures>(*parts, Part::kPictures)};
  if (!is_printable(measured)) return std::nullopt;
  return measured;
} catch (const BadMeasurement&) {
  return std::nullopt;
}

}  // namespace aura::analysis
