#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <vector>

namespace aura::test {

/// Returns what the original code of musicnn makes of the signals: see tests/data/musicnn.
const nlohmann::json& musicnn_reference();

/// Returns the frames that LogMels makes of `samples`, one after the other.
std::vector<float> log_mels_of(std::span<const float> samples, int sample_rate_hz);

}  // namespace aura::test
