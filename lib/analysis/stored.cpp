#include "aura/analysis/stored.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "aura/audio/decode.h"
#include "aura/base/sha256.h"
#include "aura/base/text.h"
#include "json.h"
#include "measurement_values.h"

namespace aura::analysis {
namespace {

std::string part_json(const Measurements& measurements, Part part) {
  return dump(Json(std::string(name_of(part)))) +
         ":{\"version\":" + std::to_string(version_of(part)) +
         ",\"data\":" + to_stored_part(measurements, part) + "}";
}

bool has(const nlohmann::json& object, const char* key, std::string_view text) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() &&
         found->get_ref<const std::string&>() == text;
}

/// Whether no text can spoil a terminal.
bool is_line(const std::string& text) {
  return one_line(text, text.size()) == text;
}
bool is_printable(const Core& core) {
  return std::all_of(core.warnings.begin(), core.warnings.end(), is_line);
}
bool is_printable(const Rhythm& rhythm) {
  return is_line(rhythm.time_signature) && is_line(rhythm.tempo_curve.kind);
}
bool is_printable(const Tonal& tonal) {
  return is_line(tonal.key) && is_line(tonal.scale) && is_line(tonal.second.key) &&
         is_line(tonal.second.scale);
}
bool is_printable(const Structure& structure) {
  return std::all_of(structure.sections.begin(), structure.sections.end(),
                     [](const Section& section) { return is_line(section.label); });
}
bool is_printable(const Pictures& /*pictures*/) {
  return true;
}
bool is_printable(const Timbre& /*timbre*/) {
  return true;
}
bool is_printable(const Spectrum& /*spectrum*/) {
  return true;
}
bool is_printable(const audio::Source& source) {
  return is_line(source.codec);
}
bool is_printable(const Fingerprint& /*fingerprint*/) {
  return true;
}
bool is_printable(const Tags& tags) {
  return is_line(tags.tagging.model);
}

template <typename MeasuredPart>
void read(const nlohmann::json& value, std::optional<MeasuredPart>& into) {
  auto part = from_value<MeasuredPart>(value);
  if (!is_printable(part)) throw BadMeasurement("a text of a part would spoil a terminal");
  into = std::move(part);
}

/// Adds the part that `value` holds. Returns whether it is whole.
bool read_part(const nlohmann::json& value, Part part, KnownParts& known) try {
  switch (part) {
    case Part::kCore:
      read(value, known.core);
      break;
    case Part::kRhythm:
      read(value, known.rhythm);
      break;
    case Part::kTonal:
      read(value, known.tonal);
      break;
    case Part::kStructure:
      read(value, known.structure);
      break;
    case Part::kPictures:
      read(value, known.pictures);
      break;
    case Part::kTimbre:
      read(value, known.timbre);
      break;
    case Part::kSpectrum:
      read(value, known.spectrum);
      break;
    case Part::kSource:
      read(value, known.source);
      break;
    case Part::kFingerprint:
      read(value, known.fingerprint);
      break;
    case Part::kTags:
      read(value, known.tags);
      break;
  }
  return true;
} catch (const BadMeasurement&) {
  return false;
}

}  // namespace

Sha256 content_hash(const Spool& file) {
  constexpr std::size_t kBlockBytes = std::size_t{1} << 18;
  Sha256Hasher hasher;
  std::vector<std::uint8_t> block(kBlockBytes);
  for (std::uint64_t offset = 0;;) {
    const auto count = file.read(offset, block);
    if (count == 0) return hasher.finish();
    hasher.append(std::span(block).first(count));
    offset += count;
  }
}

std::string content_sha256(const Spool& file) {
  return to_hex(content_hash(file));
}

std::string to_stored_json(const Measurements& measurements, std::string_view sha256) {
  std::string parts;
  for (const auto part : kParts) {
    if (part == Part::kFingerprint && measurements.fingerprint.items.empty()) continue;
    if (part == Part::kTags && !measurements.tags) continue;
    parts += (parts.empty() ? "" : ",") + part_json(measurements, part);
  }
  return "{\"sha256\":" + dump(Json(sha256)) +
         ",\"libavcodec\":" + dump(Json(audio::libavcodec_version())) + ",\"parts\":{" + parts +
         "}}";
}

KnownParts from_stored_json(std::string_view text, std::string_view sha256) try {
  KnownParts known;
  if (text.size() > kMaxStoredBytes) return {};
  const auto stored = parse_untrusted(text);
  if (!stored.is_object() || !has(stored, "sha256", sha256) ||
      !has(stored, "libavcodec", audio::libavcodec_version()))
    return {};
  const auto parts = stored.find("parts");
  if (parts == stored.end() || !parts->is_object()) return {};
  for (const auto part : kParts) {
    const auto found = parts->find(std::string(name_of(part)));
    if (found == parts->end() || !found->is_object()) continue;
    const auto version = found->find("version"), data = found->find("data");
    if (version != found->end() && data != found->end() && version->is_number_integer() &&
        *version == version_of(part))
      read_part(*data, part, known);
  }
  return known;
} catch (const BadMeasurement&) {
  return {};
}

std::string stored_version(Part part) {
  return std::to_string(version_of(part)) + " " + audio::libavcodec_version();
}

std::string to_stored_part(const Measurements& measurements, Part part) {
  switch (part) {
    case Part::kCore:
      return to_json(measurements.core);
    case Part::kRhythm:
      return to_json(measurements.rhythm);
    case Part::kTonal:
      return to_json(measurements.tonal);
    case Part::kStructure:
      return to_json(measurements.structure);
    case Part::kPictures:
      return to_json(measurements.pictures);
    case Part::kTimbre:
      return to_json(measurements.timbre);
    case Part::kSpectrum:
      return to_json(measurements.spectrum);
    case Part::kSource:
      return to_json(measurements.source);
    case Part::kFingerprint:
      return to_json(measurements.fingerprint);
    case Part::kTags:
      break;
  }
  return to_json(measurements.tags.value());
}

bool read_stored_part(std::string_view text, Part part, KnownParts& known) try {
  return text.size() <= kMaxStoredBytes && read_part(parse_untrusted(text), part, known);
} catch (const BadMeasurement&) {
  return false;
}

}  // namespace aura::analysis
