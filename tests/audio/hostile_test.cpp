#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <memory>
#include <random>

#include "aura/base/error.h"
#include "files.h"

namespace aura::audio {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Decodes `file` and checks what holds for any bytes at all: sound of finite samples, or an error
/// about the file. Anything worse ends the process (the sanitizers) or the test (another
/// exception).
void decode_any(const Bytes& file) {
  try {
    const Audio audio = decode_all(file, {.max_duration = std::chrono::minutes(1)});
    REQUIRE_FALSE(audio.samples.empty());
    REQUIRE(std::all_of(audio.samples.begin(), audio.samples.end(),
                        [](float sample) { return std::isfinite(sample); }));
  } catch (const JobError& error) {
    REQUIRE_FALSE(error.retryable());
    REQUIRE_FALSE(error.code().empty());
  }
}

TEST_CASE("a file cut off anywhere gives sound or a clear error") {
  for (const auto& path : small_files()) {
    INFO(path);
    const Bytes file = read_data(path);
    constexpr std::size_t kCuts = 60;
    for (std::size_t cut = 0; cut < kCuts; ++cut) {
      // Headers stand at the start, so the cuts lie closer together there.
      const double part = static_cast<double>(cut) / kCuts;
      const auto size = static_cast<std::size_t>(static_cast<double>(file.size()) * part * part);
      INFO(size);
      decode_any(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)));
    }
  }
}

TEST_CASE("a file with bytes changed anywhere gives sound or a clear error") {
  for (const auto& path : small_files()) {
    const Bytes original = read_data(path);
    for (unsigned seed = 0; seed < 300; ++seed) {
      INFO(path << " seed " << seed);
      // The engine's own numbers, for distributions differ between standard libraries.
      std::mt19937 random(seed);
      Bytes file = original;
      // Every other file is hit in its headers.
      const std::size_t reach =
          seed % 2 == 0 ? file.size() : std::min<std::size_t>(file.size(), 600);
      for (unsigned flips = random() % 8 + 1; flips > 0; --flips) {
        file[random() % reach] = static_cast<std::uint8_t>(random());
      }
      decode_any(file);
    }
  }
}

/// Catches what is written to the file descriptor of standard error.
class StderrCapture {
 public:
  StderrCapture() { dup2(fileno(file_.get()), STDERR_FILENO); }
  ~StderrCapture() {
    dup2(saved_, STDERR_FILENO);
    close(saved_);
  }
  StderrCapture(const StderrCapture&) = delete;
  StderrCapture& operator=(const StderrCapture&) = delete;

  long bytes_written() const { return lseek(fileno(file_.get()), 0, SEEK_END); }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_{std::tmpfile()};
  int saved_ = dup(STDERR_FILENO);
};

TEST_CASE("nothing is written to standard error, whatever the file") {
  long written = 0;
  {
    const StderrCapture capture;
    for (const auto& path : small_files()) {
      Bytes file = read_data(path);
      for (std::size_t at = 700; at < file.size(); at += 500) file[at] ^= 0x55;
      decode_any(file);
    }
    written = capture.bytes_written();
  }
  CHECK(written == 0);
}

}  // namespace
}  // namespace aura::audio
