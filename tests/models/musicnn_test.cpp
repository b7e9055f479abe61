#include "aura/models/musicnn.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "aura/base/env.h"
#include "aura/models/known_models.h"
#include "aura/models/log_mels.h"
#include "aura/models/model_file.h"
#include "aura/models/tag_list.h"
#include "aura/models/tagger.h"
#include "every_lanes.h"
#include "plain_musicnn.h"
#include "reference.h"
#include "signals_16k.h"

namespace aura::models {
namespace {

constexpr std::size_t kPatch = Musicnn::kFrames * Musicnn::kBands;

/// Returns the real weights; null where they were not fetched.
std::unique_ptr<ModelFile> real_weights() {
  const Env env = Env::load("none.env");
  const KnownModel& known = *find_known_model("musicnn");
  const auto path = find_model_file(model_folders(env), known);
  if (!path) {
    WARN("skipped: there are no weights; run `aura models fetch musicnn`");
    return nullptr;
  }
  return std::make_unique<ModelFile>(*path, known.sha256, max_model_mb(env));
}

template <typename Expected>
double largest_difference(std::span<const float> actual, const Expected& expected) {
  REQUIRE(actual.size() == expected.size());
  double largest = 0;
  for (std::size_t i = 0; i < actual.size(); ++i)
    largest = std::max(largest, std::abs(double{actual[i]} - static_cast<double>(expected[i])));
  return largest;
}

TEST_CASE("musicnn: gives what plain loops give, with weights that are made up") {
  const Lanes& lanes = test::every_model_lanes();
  const auto mels = test::log_mels_of(test::signal_16k("music"), 16'000);
  const std::vector<float> patch(mels.begin(), mels.begin() + kPatch);
  static const test::PlainMusicnn plain(1);
  static const auto expected = plain.run(patch);
  test::SafetensorsWriter writer;
  plain.write(writer, "msd");
  const auto bytes = writer.bytes();
  const Musicnn network(Safetensors(bytes), "msd", lanes);
  CHECK(network.tags().front() == "tag 0");
  CHECK(network.tags().back() == "tag 49");

  Musicnn::Scratch scratch;
  std::array<float, Musicnn::kTags> scores{};
  std::array<float, Musicnn::kEmbedding> embedding{};
  network.run(patch, scratch, scores, embedding);
  // The embedding ranges to some 3, made of thousands of sums in single precision.
  CHECK(largest_difference(embedding, expected.embedding) < 2e-5);
  CHECK(largest_difference(scores, expected.scores) < 5e-6);

  // Nothing of one patch is left for the next.
  const auto first = embedding;
  network.run(std::vector<float>(kPatch, 3), scratch, scores, embedding);
  CHECK(embedding != first);
  network.run(patch, scratch, scores, embedding);
  CHECK(embedding == first);
}

TEST_CASE("musicnn: refuses files of another shape") {
  test::SafetensorsWriter writer;
  const test::PlainMusicnn plain(1);
  plain.write(writer, "msd");
  const auto bytes = writer.bytes();
  CHECK_THROWS_AS(Musicnn(Safetensors(bytes), "mtt"), BadSafetensors);
  CHECK_THROWS_AS(Tagger(Safetensors(bytes)), BadSafetensors);
  test::SafetensorsWriter other;
  other.add("msd.input.gamma", {2}, {1, 1});
  other.add_metadata("msd.tags", "rock\npop");
  const auto other_bytes = other.bytes();
  CHECK_THROWS_WITH(Musicnn(Safetensors(other_bytes), "msd"), "the model has other than 50 tags");
}

TEST_CASE("musicnn: gives the tags and the embedding of the original code, with its weights") {
  const auto file = real_weights();
  if (!file) return;
  const Lanes& lanes = test::every_model_lanes();
  const Tagger tagger(file->content(), lanes);
  REQUIRE(tagger.tags().size() == Tagger::kTags);
  for (std::size_t i = 0; i < Tagger::kTags; ++i) CHECK(tagger.tags()[i] == tag_uses()[i].tag);
  Musicnn::Scratch scratch;
  for (const auto& [name, expected] : test::musicnn_reference().at("signals").items()) {
    const auto mels = test::log_mels_of(test::signal_16k(name), 16'000);
    for (std::size_t i = 0; i < 2; ++i) {
      INFO(name << ", patch " << i);
      const auto result = tagger.run(std::span(mels).subspan(i * kPatch, kPatch), scratch);
      const auto check = [&](const char* network, std::size_t half) {
        const auto& reference = expected.at("patches")[i].at(network);
        CHECK(largest_difference(
                  std::span(result.scores).subspan(half * Musicnn::kTags, Musicnn::kTags),
                  reference.at("tags").get<std::vector<double>>()) < 5e-6);
        CHECK(largest_difference(std::span(result.embedding)
                                     .subspan(half * Musicnn::kEmbedding, Musicnn::kEmbedding),
                                 reference.at("embedding").get<std::vector<double>>()) < 5e-5);
      };
      check("msd", 0);
      check("mtt", 1);
    }
  }
}

}  // namespace
}  // namespace aura::models
