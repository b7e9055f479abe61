#pragma once

namespace aura::http {

// What the routes of the catalogue have in common.

inline constexpr const char* kNoMeasurements =
    "what was measured of this job is not stored any more: analyse the track again";
inline constexpr const char* kNoCatalogue =
    "this database has no catalogue yet: an operator must run aura migrate";

}  // namespace aura::http
