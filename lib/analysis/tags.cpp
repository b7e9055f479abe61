#include "aura/analysis/tags.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "aura/analysis/measurements.h"
#include "aura/base/text.h"
#include "json.h"
#include "measurement_values.h"
#include "number_rules.h"
#include "single_json.h"

namespace aura::analysis {
namespace {

using models::Tagger;

constexpr std::size_t kMostModelBytes = 100;
/// Of one track: three times those of a day.
constexpr double kMostPatches = 1e5;

[[noreturn]] void refuse(const char* key, const char* why) {
  throw BadMeasurement("`" + std::string(key) + "` of tags " + why);
}

const nlohmann::json& at(const nlohmann::json& json, const char* key) {
  const auto found = json.find(key);  // nothing in what is no object
  if (found == json.end()) refuse(key, "is missing");
  return *found;
}

const std::string& text(const nlohmann::json& json, const char* key) {
  const auto& value = at(json, key);
  if (!value.is_string()) refuse(key, "is no text");
  return value.get_ref<const std::string&>();
}

std::size_t count(const nlohmann::json& json, const char* key) {
  const auto& value = at(json, key);
  if (!value.is_number()) refuse(key, "is no number");
  const auto number = value.get<double>();
  if (!Range{0, kMostPatches}.holds(number) || std::floor(number) != number)
    refuse(key, "is out of range");
  return static_cast<std::size_t>(number);
}

Taggram taggram_from(const nlohmann::json& json) {
  const auto& starts = at(json, "starts_s");
  if (!starts.is_array() || starts.size() > Taggram::kMostColumns)
    refuse("starts_s", "is no array, or too long");
  Taggram taggram;
  for (const auto& start : starts) {
    if (!start.is_number() || !kAmount.holds(start.get<double>()))
      refuse("starts_s", "holds what is no time");
    taggram.starts_s.push_back(start.get<double>());
  }
  if (!std::is_sorted(taggram.starts_s.begin(), taggram.starts_s.end()))
    refuse("starts_s", "is not in order");
  const auto bytes = from_base64(text(json, "scores"));
  if (!bytes || bytes->size() != taggram.starts_s.size() * Tagger::kTags)
    refuse("scores", "are not in Base64, or not as many as there are columns");
  for (const auto byte : *bytes) taggram.scores.push_back(static_cast<std::uint8_t>(byte));
  return taggram;
}

}  // namespace

std::string to_json(const Tags& tags) {
  Json starts = Json::array();
  for (const double start_s : tags.taggram.starts_s) starts.push_back(finite(start_s));
  return dump({{"model", tags.tagging.model},
               {"patches_wanted", tags.tagging.patches},
               {"patches", tags.patches},
               {"scores", singles_json(tags.scores)},
               {"embedding", singles_json(tags.embedding)},
               {"taggram",
                {{"starts_s", std::move(starts)},
                 {"scores", base64(std::as_bytes(std::span(tags.taggram.scores)))}}}});
}

template <>
Tags from_value<Tags>(const nlohmann::json& value) {
  Tags tags;
  tags.tagging = {text(value, "model"), count(value, "patches_wanted")};
  if (tags.tagging.model.size() > kMostModelBytes) refuse("model", "is too long");
  tags.patches = count(value, "patches");
  read_singles(value, "scores", kShare, tags.scores);
  read_singles(value, "embedding", kSingle, tags.embedding);
  tags.taggram = taggram_from(at(value, "taggram"));
  return tags;
}

template <>
Tags from_json<Tags>(std::string_view text) {
  return from_value<Tags>(parse_untrusted(text));
}

}  // namespace aura::analysis
