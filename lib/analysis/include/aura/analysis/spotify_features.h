#pragma once

#include <string>
#include <string_view>

namespace aura::analysis {

/// What becomes of a value that AURA can't tell.
enum class Missing { kNull, kOmit };

/// Returns what `report_json`, a fullReport, tells of a track, in the shape of the audio features
/// of Spotify's Web API: one JSON object on one line. The README of this module has a table of how
/// each value differs from Spotify's. AURA estimates danceability, key, loudness, mode, tempo,
/// duration_ms and time_signature; everything else is missing, and so is what the report lacks. No
/// value is invented. `report_json` may be hostile: what is no number of the range is missing.
/// Thread-safe.
std::string spotify_features(std::string_view report_json, Missing missing);

}  // namespace aura::analysis
