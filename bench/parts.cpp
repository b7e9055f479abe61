/// aura-bench-parts RUNS FILE... : for each audio file, a JSON line with the CPU seconds of an
/// analysis with rhythm, key and sections and of one without them. Decoding, loudness and features
/// are in both. The two kinds take turns, RUNS times, so that a busy machine disturbs both.

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "aura/analysis/measure.h"
#include "aura/audio/decoder.h"
#include "aura/base/spool.h"

namespace {

using aura::analysis::KnownParts;

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double cost_of(KnownParts known, const aura::Spool& file) {
  const double start = cpu_seconds();
  aura::analysis::measure_missing(std::move(known), file, aura::audio::Decoder(), {});
  return cpu_seconds() - start;
}

nlohmann::json costs_of(const char* path, int runs) {
  const auto file = aura::Spool::open(path, kMostBytes);
  const auto all = aura::analysis::measure(file, aura::audio::Decoder(), {}).measurements;
  // Pictures are taken as known in both: they need a part of the rhythm's work.
  KnownParts pictures;
  pictures.pictures = all.pictures;
  KnownParts music = pictures;
  music.rhythm = all.rhythm;
  music.tonal = all.tonal;
  music.structure = all.structure;
  std::vector<double> with;
  std::vector<double> without;
  for (int run = 0; run < runs; ++run) {
    with.push_back(cost_of(pictures, file));
    without.push_back(cost_of(music, file));
  }
  return {{"file", path}, {"with", with}, {"without", without}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: aura-bench-parts RUNS FILE...\n";
    return 2;
  }
  try {
    for (int i = 2; i < argc; ++i) std::cout << costs_of(argv[i], std::atoi(argv[1])) << std::endl;
  } catch (const std::exception& error) {
    std::cerr << "aura-bench-parts: " << error.what() << '\n';
    return 1;
  }
}
