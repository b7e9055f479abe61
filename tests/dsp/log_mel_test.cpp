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

TEST_CASE("log-mel: the floor lies 80 dB below the loudest cell, whichever frame has it") {
  LogMelSpectrogram log_mel(2);
  log_mel.push(std::array{-30.0F, -100.0F}, 1, 1);
  CHECK(log_mel.floor_db() == -110);
  log_mel.push(std::array{-100.0F, 20.0F}, 1, 1);
  CHECK(log_mel.floor_db() == -60);
  log_mel.push(std::array{0.0F, 0.0F}, 1, 1);
  CHECK(log_mel.floor_db() == -60);
}

TEST_CASE("log-mel: takes the frames of a group that is not full, and no more") {
  LogMelSpectrogram log_mel(2);
  log_mel.push(std::array{1.0F, 2.0F, 3.0F, 0.0F, -1.0F, -2.0F, -3.0F, 0.0F}, 4, 3);
  CHECK(frames_of(log_mel) == std::vector<std::vector<float>>{{1, -1}, {2, -2}, {3, -3}});
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
    log_mel.push(frame, 1, 1);
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
