#include "aura/dsp/log_mel.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "log_mel_of.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

std::vector<std::vector<float>> frames_of(const LogMelSpectrogram& log_mel) {
  std::vector<std::vector<float>> frames;
  log_mel.for_each_frame_db(
      [&](std::span<const float> frame) { frames.emplace_back(frame.begin(), frame.end()); });
  return frames;
}

TEST_CASE("log-mel: ten times the power is 10 dB more, and silence -100 dB") {
  LogMelSpectrogram log_mel(4);
  log_mel.push(std::array{1.0, 10.0, 0.01, 0.0});
  const auto db = frames_of(log_mel).at(0);
  // Single precision.
  CHECK(db[0] == Approx(0).margin(1e-5));
  CHECK(db[1] == Approx(10).margin(1e-5));
  CHECK(db[2] == Approx(-20).margin(1e-5));
  CHECK(db[3] == Approx(-100).margin(1e-5));
}

TEST_CASE("log-mel: the floor lies 80 dB below the loudest cell, whichever frame has it") {
  LogMelSpectrogram log_mel(2);
  log_mel.push(std::array{1e-3, 1e-20});
  CHECK(log_mel.floor_db() == Approx(-110));
  log_mel.push(std::array{1e-10, 1e2});
  CHECK(log_mel.floor_db() == Approx(-60));
  log_mel.push(std::array{1.0, 1.0});
  CHECK(log_mel.floor_db() == Approx(-60));
}

TEST_CASE("log-mel: keeps each frame of a track, in memory, beyond it and in the last block") {
  constexpr std::size_t kBands = 128;
  // 16 MiB and 1.2 more, and some frames of another block.
  constexpr std::size_t kFrames = 35'100;
  LogMelSpectrogram log_mel(kBands);
  std::vector<float> frame(kBands);
  for (std::size_t i = 0; i < kFrames; ++i) {
    frame.front() = static_cast<float>(i);
    frame.back() = -static_cast<float>(i);
    log_mel.push_db(frame, 1, 1);
  }
  REQUIRE(log_mel.frames() == kFrames);
  std::size_t at = 0;
  bool same = true;
  log_mel.for_each_frame_db([&](std::span<const float> kept) {
    const auto number = static_cast<float>(at++);
    same = same && kept.size() == kBands && kept.front() == number && kept.back() == -number;
  });
  CHECK(at == kFrames);
  CHECK(same);
}

TEST_CASE("log-mel: has librosa's frame") {
  const auto& checks = test::reference_checks();
  const auto log_mel =
      test::log_mel_of(test::reference_signal(checks["signal"].get<std::string>()));
  CHECK(log_mel.frames() == checks["frames"].get<std::size_t>());
  const auto frame_db = frames_of(log_mel).at(checks["frame"].get<std::size_t>());
  for (std::size_t band = 0; band < frame_db.size(); ++band) {
    // Two roundings to single precision of up to 100 dB.
    CHECK(std::max(frame_db[band], log_mel.floor_db()) ==
          Approx(checks["log_mel_db"][band].get<double>()).margin(3e-5));
  }
}

}  // namespace
}  // namespace aura::dsp
