#pragma once

#include <string_view>
#include <vector>

namespace aura::test {

/// Returns the signal that tests/data/musicnn/make_reference.py builds under `name`, by the same
/// formula: mono, 16 kHz, two patches long.
std::vector<float> signal_16k(std::string_view name);

}  // namespace aura::test
