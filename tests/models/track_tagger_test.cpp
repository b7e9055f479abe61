#include "aura/models/track_tagger.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "aura/base/error.h"
#include "made_tagger.h"
#include "reference.h"
#include "signals_16k.h"

namespace aura::models {
namespace {

constexpr std::size_t kPatch = Musicnn::kFrames * Musicnn::kBands;
constexpr std::size_t kPatchSamples = Musicnn::kFrames * LogMels::kHopLength;

/// Noise whose level and colour differ from patch to patch, by these factors.
std::vector<float> patches_at(const std::vector<float>& levels) {
  const auto noise = test::signal_16k("noise");
  std::vector<float> samples;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    for (std::size_t n = 0; n < kPatchSamples; ++n) {
      const double time_s = static_cast<double>(n) / 16'000;
      const double tone = std::sin(6.283185307 * 300 * static_cast<double>(i + 1) * time_s);
      samples.push_back(levels[i] * (noise[n] + 0.3F * static_cast<float>(tone)));
    }
  }
  return samples;
}

TrackTags tags_of(std::span<const float> samples, std::size_t patches,
                  int sample_rate_hz = 16'000) {
  TrackTagger track(test::made_tagger(), sample_rate_hz, patches);
  constexpr std::size_t kPiece = 10'007;
  for (std::size_t first = 0; first < samples.size(); first += kPiece)
    track.push(samples.subspan(first, std::min(kPiece, samples.size() - first)));
  return track.finish();
}

/// The means over these patches of the track.
void check_means(const TrackTags& track, std::span<const float> samples,
                 const std::vector<std::size_t>& patches) {
  REQUIRE(track.patches.size() == patches.size());
  auto mels = test::log_mels_of(samples, 16'000);
  mels.resize(std::max(mels.size(), kPatch));
  std::vector<double> scores(Tagger::kTags);
  std::vector<double> embedding(Tagger::kEmbedding);
  Musicnn::Scratch scratch;
  for (const std::size_t& patch : patches) {
    const auto result =
        test::made_tagger().run(std::span(mels).subspan(patch * kPatch, kPatch), scratch);
    const auto& tagged = track.patches[static_cast<std::size_t>(&patch - patches.data())];
    CHECK(tagged.start_s == Approx(static_cast<double>(patch * kPatchSamples) / 16'000));
    CHECK(tagged.scores == result.scores);
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += result.scores[i];
    for (std::size_t i = 0; i < embedding.size(); ++i) embedding[i] += result.embedding[i];
  }
  const auto count = static_cast<double>(patches.size());
  for (std::size_t i = 0; i < scores.size(); ++i)
    CHECK(track.scores[i] == Approx(scores[i] / count).margin(1e-6));
  for (std::size_t i = 0; i < embedding.size(); ++i)
    CHECK(track.embedding[i] == Approx(embedding[i] / count).margin(1e-5));
}

TEST_CASE("track tagger: silence has no patch and no score") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{16'000}, 3 * kPatchSamples}) {
    const auto track = tags_of(std::vector<float>(size), 8);
    CHECK(track.patches.empty());
    CHECK(std::all_of(track.scores.begin(), track.scores.end(),
                      [](float score) { return score == 0; }));
  }
}

TEST_CASE("track tagger: a track shorter than a patch is filled up with silence") {
  auto samples = patches_at({1});
  samples.resize(20'000);
  check_means(tags_of(samples, 8), samples, {0});
}

TEST_CASE("track tagger: gives the means of all patches of a short track") {
  auto samples = patches_at({1, 0.8F, 1});
  samples.resize(samples.size() - 2 * LogMels::kHopLength);  // the last is not complete
  check_means(tags_of(samples, 8), samples, {0, 1});
}

TEST_CASE("track tagger: spreads its patches over a long track") {
  const auto samples = patches_at(std::vector<float>(7, 1));
  check_means(tags_of(samples, 2), samples, {0, 4});
  check_means(tags_of(samples, 4), samples, {0, 2, 4, 6});
}

TEST_CASE("track tagger: hears every patch that sounds if it is to") {
  const auto samples = patches_at({1, 1, 0, 1, 1, 0.02F, 1, 1});
  check_means(tags_of(samples, TrackTagger::kEveryPatch), samples, {0, 1, 3, 4, 6, 7});
  CHECK(tags_of(std::vector<float>(3 * kPatchSamples), TrackTagger::kEveryPatch).patches.empty());
}

TEST_CASE("track tagger: stops between two patches") {
  const auto samples = patches_at({1, 1});
  std::stop_source stop;
  stop.request_stop();
  TrackTagger track(test::made_tagger(), 16'000);
  track.push(samples);
  CHECK_THROWS_AS(track.finish(stop.get_token()), Stopped);
}

TEST_CASE("track tagger: leaves out what is silent or quiet") {
  const auto samples = patches_at({0, 1, 0.02F, 1, 0, 0});
  check_means(tags_of(samples, 8), samples, {1, 3});
}

}  // namespace
}  // namespace aura::models
