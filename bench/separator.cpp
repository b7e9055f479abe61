// How long Spleeter takes for a segment of 11.9 s, in one thread. Reads lines and answers each with
// CPU milliseconds, so that separator.py can let other engines run in between: "run" for both
// networks, "track" for all of a segment, with its transforms. "memory" is answered with the most
// memory so far, in MB.
//
//   aura-bench-separator spleeter.safetensors [LANES]
#include <sys/resource.h>

#include <cmath>
#include <ctime>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "aura/models/known_models.h"
#include "aura/models/model_file.h"
#include "aura/models/separator.h"

namespace {

using namespace aura::models;

/// What the networks alone take.
struct Segment {
  Segment() {
    for (std::size_t i = 0; i < magnitudes.size(); ++i)
      magnitudes[i] = static_cast<float>(3 + 3 * std::sin(0.37 * static_cast<double>(i % 10007)));
  }
  std::vector<float> magnitudes = std::vector<float>(Spleeter::kSegment);
  std::vector<float> mask = std::vector<float>(Spleeter::kSegment);
  Spleeter::Scratch scratch{Spleeter::kFrames};
};

double cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double memory_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

const Lanes& lanes_named(const std::string& name) {
  for (const Lanes* lanes : usable_lanes()) {
    if (lanes->name == name) return *lanes;
  }
  return fastest_lanes();
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) {
    std::cerr << "usage: aura-bench-separator spleeter.safetensors [LANES]\n";
    return 2;
  }
  const double before_mb = memory_mb();
  const ModelFile file(argv[1], find_known_model("spleeter")->sha256);
  const Spleeter model(file.content(), lanes_named(argc > 2 ? argv[2] : ""));
  std::optional<Segment> segment;
  // A part of a segment, so that they count for little in the memory.
  constexpr std::size_t kParts = 16;
  std::vector<float> samples(2 * Spleeter::kFrames * Separator::kHopLength / kParts);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = static_cast<float>(0.3 * std::sin(1e-6 * static_cast<double>(i % 100'000 * i)));
  Separator separator(model);
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line == "run" && !segment) segment.emplace();
    const double before = cpu_ms();
    if (line == "run") model.run(segment->magnitudes, segment->scratch, segment->mask);
    for (std::size_t i = 0; line == "track" && i < kParts; ++i)
      separator.push(samples, [](const Separator::Stems&) {});
    if (line == "memory") {
      std::cout << memory_mb() - before_mb << "\n" << std::flush;
    } else {
      const double taken = cpu_ms() - before;
      std::cout << taken << " " << (segment ? segment->mask[0] : 0) << "\n" << std::flush;
    }
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "aura-bench-separator: " << error.what() << "\n";
  return 1;
}
