#pragma once

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/features.h"
#include "aura/analysis/fingerprint.h"
#include "aura/analysis/pictures.h"
#include "aura/analysis/rhythm.h"
#include "aura/analysis/spectrum.h"
#include "aura/analysis/structure.h"
#include "aura/analysis/tags.h"
#include "aura/analysis/timbre.h"
#include "aura/analysis/tonal.h"
#include "aura/audio/source.h"
#include "aura/dsp/loudness.h"

namespace aura::analysis {

/// The numbers that describe a whole track, apart from its rhythm, key and form.
struct Core {
  Features features;
  dsp::Loudness loudness;
  double danceability = 0;           ///< 0 to 3; see dsp::DanceabilityMeter
  double dynamic_complexity_db = 0;  ///< as Essentia's; see dsp::DynamicsMeter
  double duration_s = 0;
  std::vector<std::string> warnings;  ///< about damaged or missing sound, one line each

  bool operator==(const Core&) const = default;
};

/// All numbers that depend only on the bytes of a file. judge() makes the report from them without
/// the file.
struct Measurements {
  Core core;
  Rhythm rhythm;
  Tonal tonal;
  Structure structure;
  Pictures pictures;
  Timbre timbre;
  Spectrum spectrum;
  audio::Source source;
  Fingerprint fingerprint;   ///< empty if nobody needs it: see KnownParts
  std::optional<Tags> tags;  ///< nothing without a tagger: see KnownParts

  bool operator==(const Measurements&) const = default;
};

/// The parts of Measurements. Each can be stored separately.
enum class Part {
  kCore,
  kRhythm,
  kTonal,
  kStructure,
  kPictures,
  kTimbre,
  kSpectrum,
  kSource,
  kFingerprint,
  kTags
};
inline constexpr std::array kParts{
    Part::kCore,   Part::kRhythm,   Part::kTonal,  Part::kStructure,   Part::kPictures,
    Part::kTimbre, Part::kSpectrum, Part::kSource, Part::kFingerprint, Part::kTags};

/// The parts of a file's measurements that are known, for example because they are stored.
struct KnownParts {
  std::optional<Core> core;
  std::optional<Rhythm> rhythm;
  std::optional<Tonal> tonal;
  std::optional<Structure> structure;
  std::optional<Pictures> pictures;
  std::optional<Timbre> timbre;
  std::optional<Spectrum> spectrum;
  std::optional<audio::Source> source;
  std::optional<Fingerprint> fingerprint;
  std::optional<Tags> tags;
  /// Whether somebody needs the fingerprint. Otherwise it counts as known, so that it is neither
  /// measured nor stored: only a catalogue needs it.
  bool wants_fingerprint = false;
  /// What tags tracks; null if there is nothing. Then tags count as known, so that they are neither
  /// measured nor stored; with a tagger, tags of another Tagging count as unknown. The caller keeps
  /// it alive.
  const NamedTagger* tagger = nullptr;

  /// Returns whether `part` is known, or need not be.
  bool has(Part part) const noexcept;

  bool operator==(const KnownParts&) const = default;
};

// All functions here are thread-safe.

/// Returns `known` with the fingerprint wanted.
KnownParts wanting_fingerprint(KnownParts known = {});

/// Returns whether every part is known, or need not be.
bool is_complete(const KnownParts& known) noexcept;

/// Returns the name of `part` in JSON: "core", "rhythm", "tonal", "structure", "pictures",
/// "timbre", "spectrum", "source", "fingerprint" or "tags".
std::string_view name_of(Part part) noexcept;

/// Returns the version of `part`. A change that may move a number of the part raises the version,
/// so that stored numbers of other versions are measured again. tests/analysis/versions_test.cpp
/// fails if the numbers of the sample tracks move and the version does not.
int version_of(Part part) noexcept;

/// from_json() can't read the text: it is not JSON, a key is missing, or a value has the wrong type
/// or is out of range.
class BadMeasurement : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Returns a part as a JSON object on one line. Numbers keep all digits, so from_json() returns an
/// equal value. Throws std::logic_error if a number is not finite.
std::string to_json(const Core& core);
std::string to_json(const Rhythm& rhythm);
std::string to_json(const Tonal& tonal);
std::string to_json(const Structure& structure);
std::string to_json(const Spectrum& spectrum);
std::string to_json(const audio::Source& source);

/// Returns the timbre: {"values": [kTimbreSize numbers]}, with the digits that single precision
/// has. Throws std::logic_error if a number is not finite.
std::string to_json(const Timbre& timbre);

/// Returns the pictures, in a format that the web page reads too. Rows of bytes are in Base64. At
/// most 48,000 bytes. Throws std::logic_error if a number is not finite.
///
///     {"duration_s", "waveform": {"columns", "min", "max"},
///      "spectrogram": {"columns", "bands", "low_hz", "high_hz", "db_range", "data"},
///      "mfcc": {"columns", "coefficients", "data", "scale"},
///      "onset": {"columns", "data"}, "tempo": {"bpm", "strength"}}
std::string to_json(const Pictures& pictures);
/// Returns {"items"}: the items in Base64, each in four bytes, the lowest first. At most 6,000
/// bytes.
std::string to_json(const Fingerprint& fingerprint);
/// Returns the tags. Scores and embedding have the digits that single precision has, the taggram is
/// in Base64. At most 20,000 bytes. Throws std::logic_error if a number is not finite.
///
///     {"model", "patches_wanted", "patches", "scores", "embedding",
///      "taggram": {"starts_s", "scores"}}
std::string to_json(const Tags& tags);

/// Returns the part that to_json() has written to `text`, which may be hostile. Throws
/// BadMeasurement.
template <typename MeasuredPart>
MeasuredPart from_json(std::string_view text);
template <>
Core from_json<Core>(std::string_view text);
template <>
Rhythm from_json<Rhythm>(std::string_view text);
template <>
Tonal from_json<Tonal>(std::string_view text);
template <>
Structure from_json<Structure>(std::string_view text);
template <>
Pictures from_json<Pictures>(std::string_view text);
template <>
Timbre from_json<Timbre>(std::string_view text);
template <>
Spectrum from_json<Spectrum>(std::string_view text);
template <>
audio::Source from_json<audio::Source>(std::string_view text);
template <>
Fingerprint from_json<Fingerprint>(std::string_view text);
template <>
Tags from_json<Tags>(std::string_view text);

}  // namespace aura::analysis
