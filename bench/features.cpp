// AURA's features of samples, and what they cost, for the comparisons with other libraries.
//
//   aura-bench-features RUNS FILE...
//
// Each FILE holds bare samples (mono, 22,050 Hz, 32-bit float). Writes a JSON line a file: its
// features under the report's names, and the CPU seconds that each run took, without the rhythm and
// with it.

#include "aura/analysis/features.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::vector<float> read_samples(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << "aura-bench-features: can't read " << path << '\n';
    std::exit(1);
  }
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  std::vector<float> samples(bytes.size() / sizeof(float));
  std::copy_n(bytes.begin(), samples.size() * sizeof(float),
              reinterpret_cast<char*>(samples.data()));
  return samples;
}

/// Gives them to `extractor` in blocks, as a decoder does.
aura::analysis::ExtractedFeatures features_of(std::span<const float> samples) {
  aura::analysis::FeatureExtractor extractor(22050);
  constexpr std::size_t kBlock = 4096;
  while (!samples.empty()) {
    const auto head = samples.first(std::min(kBlock, samples.size()));
    extractor.push(head);
    samples = samples.subspan(head.size());
  }
  return std::move(extractor).finish();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: aura-bench-features RUNS FILE...\n";
    return 2;
  }
  for (int i = 2; i < argc; ++i) {
    const auto samples = read_samples(argv[i]);
    std::vector<double> cpu_s;
    std::vector<double> with_rhythm_cpu_s;
    aura::analysis::Features features;
    for (int run = 0; run < std::atoi(argv[1]); ++run) {
      const double start = cpu_seconds();
      auto extracted = features_of(samples);
      features = extracted.features();
      cpu_s.push_back(cpu_seconds() - start);
      std::move(extracted).rhythm();
      with_rhythm_cpu_s.push_back(cpu_seconds() - start);
    }
    nlohmann::json values{{"tempo", features.tempo_bpm},
                          {"spectral_centroid_mean", features.spectral_centroid_mean_hz},
                          {"spectral_rolloff_mean", features.spectral_rolloff_mean_hz},
                          {"zcr_mean", features.zcr_mean},
                          {"rms_mean", features.rms_mean}};
    for (std::size_t k = 0; k < features.mfcc_mean.size(); ++k) {
      values["mfcc_" + std::to_string(k) + "_mean"] = features.mfcc_mean[k];
    }
    std::cout << nlohmann::json{{"file", argv[i]},
                                {"cpu_s", cpu_s},
                                {"with_rhythm_cpu_s", with_rhythm_cpu_s},
                                {"features", values}}
              << '\n';
  }
}
