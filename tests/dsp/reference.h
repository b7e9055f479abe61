#pragma once

#include <nlohmann/json.hpp>

namespace aura::test {

/// tests/data/librosa/reference.json: librosa's numbers for the signals of signals.h.
const nlohmann::json& reference();

/// What lies between one of these signals, `music_128`, and its features.
const nlohmann::json& reference_checks();

}  // namespace aura::test
