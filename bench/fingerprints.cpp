/// fingerprints FILE... : for each audio file, a JSON line with its fingerprint and the CPU seconds
/// that this took, without the decoding.
/// fingerprints --compare ONE OTHER : for each pair of such lines, one of each file, a line with
/// their numbers, their bit error, and 1 if they are taken for one recording; then the CPU seconds
/// of a pair. If both files are one, each pair is compared once.

#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/audio/decode.h"
#include "aura/base/spool.h"
#include "fingerprinter.h"

namespace {

using aura::analysis::Fingerprint;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

nlohmann::json fingerprint_of(const char* path) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
  const auto file = aura::Spool::open(path, kMostBytes);
  std::vector<float> samples;
  const aura::audio::DecodeLimits limits;
  aura::audio::decode(file, limits, [&](std::span<const float> block) {
    samples.insert(samples.end(), block.begin(), block.end());
  });
  const auto begun = cpu_seconds();
  aura::analysis::Fingerprinter fingerprinter(limits.sample_rate_hz);
  constexpr std::size_t kBlock = 4096;
  for (std::span<const float> left(samples); !left.empty();) {
    const auto count = std::min(left.size(), kBlock);
    fingerprinter.push(left.first(count));
    left = left.subspan(count);
  }
  const auto fingerprint = fingerprinter.finish();
  const auto took = cpu_seconds() - begun;
  return {{"file", path},
          {"duration_s", static_cast<double>(samples.size()) / limits.sample_rate_hz},
          {"cpu_s", took},
          {"fingerprint", nlohmann::json::parse(to_json(fingerprint))}};
}

std::vector<Fingerprint> read_fingerprints(const char* path) {
  std::vector<Fingerprint> fingerprints;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    fingerprints.push_back(aura::analysis::from_json<Fingerprint>(
        nlohmann::json::parse(line).at("fingerprint").dump()));
  return fingerprints;
}

void compare(const char* one, const char* other) {
  const auto firsts = read_fingerprints(one), seconds = read_fingerprints(other);
  const bool is_one_file = std::strcmp(one, other) == 0;
  double took = 0;
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < firsts.size(); ++i) {
    for (std::size_t j = is_one_file ? i + 1 : 0; j < seconds.size(); ++j) {
      const auto& a = firsts[i].items;
      const auto& b = seconds[j].items;
      const auto begun = cpu_seconds();
      const auto error = aura::analysis::bit_error(a, b);
      took += cpu_seconds() - begun;
      ++pairs;
      std::printf("%zu %zu %.4f %d\n", i, j, error,
                  aura::analysis::is_same_recording(a, b) ? 1 : 0);
    }
  }
  std::printf("%.9f\n", took / static_cast<double>(pairs));
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  try {
    if (argc == 4 && std::strcmp(arguments[1], "--compare") == 0) {
      compare(arguments[2], arguments[3]);
      return 0;
    }
    for (const char* path : arguments.subspan(1)) {
      try {
        std::cout << fingerprint_of(path).dump() << std::endl;
      } catch (const std::exception& error) {
        throw std::runtime_error(std::string(path) + ": " + error.what());
      }
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
