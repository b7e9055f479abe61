#include "aura/analysis/spectrum.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "aura/analysis/measurements.h"
#include "json.h"
#include "measurement_values.h"
#include "number_rules.h"

namespace aura::analysis {
namespace {

constexpr const char* kLevels = "octaves_db";

double level(const nlohmann::json& value) {
  if (!value.is_number()) throw BadMeasurement("a level of a spectrum is no number");
  const auto number = value.get<double>();
  if (!kLevel.holds(number)) throw BadMeasurement("a level of a spectrum is out of range");
  return number;
}

}  // namespace

double octave_centre_hz(std::size_t i) noexcept {
  return std::ldexp(31.25, static_cast<int>(i));
}

Spectrum Spectrum::silence() noexcept {
  Spectrum spectrum;
  spectrum.octaves_db.fill(kFloorDb);
  return spectrum;
}

bool Spectrum::is_silent() const noexcept {
  return *this == silence();
}

std::string to_json(const Spectrum& spectrum) {
  Json levels = Json::array();
  for (const double octave_db : spectrum.octaves_db) levels.push_back(finite(octave_db));
  return dump({{kLevels, std::move(levels)}});
}

template <>
Spectrum from_value<Spectrum>(const nlohmann::json& value) {
  const auto found = value.find(kLevels);  // none in what is no object
  if (found == value.end() || !found->is_array() || found->size() != kOctaves)
    throw BadMeasurement("a spectrum has not its number of levels");
  Spectrum spectrum;
  std::transform(found->begin(), found->end(), spectrum.octaves_db.begin(), level);
  return spectrum;
}

template <>
Spectrum from_json<Spectrum>(std::string_view text) {
  return from_value<Spectrum>(parse_untrusted(text));
}

}  // namespace aura::analysis
