// How long one network of musicnn takes for a patch, in one thread. Reads lines and answers each
// with the CPU milliseconds of a run, so that tagger.py can let other engines run in between.
//
//   aura-bench-tagger musicnn.safetensors [LANES]
#include <array>
#include <cmath>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

#include "aura/models/known_models.h"
#include "aura/models/model_file.h"
#include "aura/models/musicnn.h"

namespace {

using namespace aura::models;

double cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
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
    std::cerr << "usage: aura-bench-tagger musicnn.safetensors [LANES]\n";
    return 2;
  }
  const ModelFile file(argv[1], find_known_model("musicnn")->sha256);
  const Musicnn network(file.content(), "msd", lanes_named(argc > 2 ? argv[2] : ""));
  Musicnn::Scratch scratch;
  std::vector<float> patch(Musicnn::kFrames * Musicnn::kBands);
  for (std::size_t i = 0; i < patch.size(); ++i)
    patch[i] = static_cast<float>(1.5 + std::sin(0.37 * static_cast<double>(i % 1009)));
  std::array<float, Musicnn::kTags> scores{};
  std::array<float, Musicnn::kEmbedding> embedding{};
  std::string line;
  while (std::getline(std::cin, line)) {
    const double before = cpu_ms();
    network.run(patch, scratch, scores, embedding);
    std::cout << cpu_ms() - before << " " << scores[0] << "\n" << std::flush;
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "aura-bench-tagger: " << error.what() << "\n";
  return 1;
}
