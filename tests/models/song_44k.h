#pragma once

#include <cstddef>
#include <vector>

namespace aura::test {

/// A track with known stems, stereo at 44.1 kHz, left and right samples in turn.
struct Song {
  std::vector<double> voice;
  std::vector<double> music;
  std::vector<float> mix;
};

/// Returns the first `length` samples of the track of tests/data/spleeter/make_reference.py.
Song song_44k(std::size_t length);

}  // namespace aura::test
