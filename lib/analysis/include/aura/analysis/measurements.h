#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/features.h"
#include "aura/analysis/pictures.h"
#include "aura/analysis/rhythm.h"
#include "aura/analysis/tonal.h"
#include "aura/dsp/loudness.h"

namespace aura::analysis {

/// The numbers that describe a whole track, apart from its rhythm and key.
struct Core {
  Features features;
  dsp::Loudness loudness;
  double danceability = 0;           ///< 0 to 3; see dsp::DanceabilityMeter
  double dynamic_complexity_db = 0;  ///< as Essentia's; see dsp::DynamicsMeter
  double duration_s = 0;
  std::vector<std::string> warnings;  ///< about damaged or missing sound, one line each

  bool operator==(const Core&) const = default;
};

/// Everything that the bytes of a file alone decide. A report is judged from it, without the file.
struct Measurements {
  Core core;
  Rhythm rhythm;
  Tonal tonal;
  Pictures pictures;

  bool operator==(const Measurements&) const = default;
};

/// The parts of Measurements. Each can be stored by itself.
enum class Part { kCore, kRhythm, kTonal, kPictures };
inline constexpr std::array kParts{Part::kCore, Part::kRhythm, Part::kTonal, Part::kPictures};

/// The name of `part` in JSON: "core", "rhythm", "tonal" or "pictures".
std::string_view name_of(Part part) noexcept;

/// The version of `part`. A change that may move a number of the part raises it, so that stored
/// numbers of another version are measured again. tests/analysis/versions_test.cpp fails if the
/// numbers of the sample tracks move and the version does not.
int version_of(Part part) noexcept;

/// Text that from_json() can't read: not JSON, a key is missing, or a value has the wrong type or
/// lies out of range.
class BadMeasurement : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A part as a JSON object on one line. Numbers keep all their digits: from_json() returns an equal
/// value. Throws std::logic_error if a number is not finite.
std::string to_json(const Core& core);
std::string to_json(const Rhythm& rhythm);
std::string to_json(const Tonal& tonal);

/// The pictures, which pages read too. Rows of bytes are in Base64. At most 48,000 bytes:
///
///     {"duration_s", "waveform": {"columns", "min", "max"},
///      "spectrogram": {"columns", "bands", "low_hz", "high_hz", "db_range", "data"},
///      "mfcc": {"columns", "coefficients", "data", "scale"},
///      "onset": {"columns", "data"}, "tempo": {"bpm", "strength"}}
std::string to_json(const Pictures& pictures);

/// Reads what to_json() of `MeasuredPart` has written. `text` is untrusted. Throws BadMeasurement.
template <typename MeasuredPart>
MeasuredPart from_json(std::string_view text);
template <>
Core from_json<Core>(std::string_view text);
template <>
Rhythm from_json<Rhythm>(std::string_view text);
template <>
Tonal from_json<Tonal>(std::string_view text);
template <>
Pictures from_json<Pictures>(std::string_view text);

}  // namespace aura::analysis
