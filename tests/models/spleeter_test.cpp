#include "aura/models/spleeter.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "aura/base/env.h"
#include "aura/models/known_models.h"
#include "aura/models/model_file.h"
#include "aura/models/separator.h"
#include "every_lanes.h"
#include "plain_unet.h"
#include "song_44k.h"

namespace aura::models {
namespace {

/// Returns the real weights; null where they were not fetched.
std::unique_ptr<ModelFile> real_weights() {
  const Env env = Env::load("none.env");
  const KnownModel& known = *find_known_model("spleeter");
  const auto path = find_model_file(model_folders(env), known);
  if (!path) {
    WARN("skipped: there are no weights; run `aura models fetch spleeter`");
    return nullptr;
  }
  return std::make_unique<ModelFile>(*path, known.sha256, max_model_mb(env));
}

/// Both networks with weights that are made up, magnitudes, and what plain loops make of them.
struct MadeUp {
  static constexpr std::size_t kFrames = 64;

  MadeUp() : magnitudes(kFrames * Unet::kRow) {
    for (std::size_t i = 0; i < magnitudes.size(); ++i)
      magnitudes[i] = static_cast<float>(1 + std::sin(0.37 * static_cast<double>(i % 1009)));
    // Nothing at all in the first bins.
    std::fill_n(magnitudes.begin(), 10, 0.0F);
    const test::PlainUnet vocals(1);
    const test::PlainUnet accompaniment(2);
    test::SafetensorsWriter writer;
    vocals.write(writer, "vocals");
    accompaniment.write(writer, "accompaniment");
    bytes = writer.bytes();
    numbers = vocals.run(magnitudes);
    const auto rest = accompaniment.run(magnitudes);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const double power = std::pow(numbers[i] * magnitudes[i], 2);
      mask.push_back((power + 5e-11) / (power + std::pow(rest[i] * magnitudes[i], 2) + 1e-10));
    }
  }

  std::vector<float> magnitudes;
  std::vector<std::uint8_t> bytes;
  std::vector<double> numbers;  // of the vocals' network
  std::vector<double> mask;
};

const MadeUp& made_up() {
  static const MadeUp example;
  return example;
}

double largest_difference(std::span<const float> actual, std::span<const double> expected) {
  REQUIRE(actual.size() == expected.size());
  double largest = 0;
  for (std::size_t i = 0; i < actual.size(); ++i)
    largest = std::max(largest, std::abs(double{actual[i]} - expected[i]));
  return largest;
}

TEST_CASE("U-Net: gives what plain loops give, with weights that are made up") {
  const Lanes& lanes = test::every_model_lanes();
  const Safetensors file(made_up().bytes);
  const Unet network(file, "vocals", lanes);
  Unet::Scratch scratch(MadeUp::kFrames);
  const auto run = [&](std::span<const float> magnitudes) {
    std::vector<float> numbers;
    network.run(magnitudes, scratch, [&](std::size_t frame, std::span<const float> row) {
      CHECK(frame * Unet::kRow == numbers.size());
      numbers.insert(numbers.end(), row.begin(), row.end());
    });
    return numbers;
  };
  const auto first = run(made_up().magnitudes);
  // The network gives something to compare.
  const auto [low, high] = std::minmax_element(first.begin(), first.end());
  CHECK(*high - *low > 0.1);
  // Twelve layers in single precision, and a slope of at most a quarter at the end.
  CHECK(largest_difference(first, made_up().numbers) < 1e-6);

  // Nothing of one segment is left for the next.
  CHECK(run(std::vector<float>(made_up().magnitudes.size(), 3)) != first);
  CHECK(run(made_up().magnitudes) == first);
}

TEST_CASE("Spleeter: the mask is the vocals' part of the power that both networks find") {
  const Lanes& lanes = test::every_model_lanes();
  const Safetensors file(made_up().bytes);
  const Spleeter model(file, lanes);
  Spleeter::Scratch scratch(MadeUp::kFrames);
  std::vector<float> mask(made_up().magnitudes.size());
  model.run(made_up().magnitudes, scratch, mask);
  CHECK(largest_difference(mask, made_up().mask) < 2e-6);
  CHECK(mask[0] == 0.5F);
}

TEST_CASE("Spleeter: refuses files of another shape") {
  test::SafetensorsWriter writer;
  writer.add("vocals.down_1.kernel", {1, 5, 5, 2, 8}, std::vector<float>(400));
  const auto bytes = writer.bytes();
  CHECK_THROWS_AS(Spleeter(Safetensors(bytes)), BadSafetensors);
  CHECK_THROWS_WITH(Unet(Safetensors(made_up().bytes), "other"),
                    "there is no tensor other.down_1.kernel");
}

double sdr_db(const std::vector<double>& stem, const std::vector<float>& estimate) {
  double signal = 0;
  double error = 0;
  for (std::size_t i = 0; i < stem.size(); ++i) {
    signal += stem[i] * stem[i];
    error += std::pow(stem[i] - estimate[i], 2);
  }
  return 10 * std::log10(signal / error);
}

TEST_CASE("Spleeter: separates as the original code does, with its weights") {
  const auto file = real_weights();
  if (!file) return;
  const Lanes& lanes = test::every_model_lanes();
  const Spleeter model(file->content(), lanes);
  const auto reference =
      nlohmann::json::parse(std::ifstream(AURA_TEST_DATA "/spleeter/reference.json"));
  const auto shown = reference.at("shown").get<std::vector<std::size_t>>();
  const test::Song song = test::song_44k(shown.back() + 1);

  std::vector<float> vocals;
  std::vector<float> accompaniment;
  VoiceShare voice;
  const auto keep = [&](const Separator::Stems& stems) {
    vocals.insert(vocals.end(), stems.vocals.begin(), stems.vocals.end());
    accompaniment.insert(accompaniment.end(), stems.accompaniment.begin(),
                         stems.accompaniment.end());
    voice += stems.voice;
  };
  Separator separator(model);
  separator.push(song.mix, keep);
  separator.finish(keep);
  REQUIRE(vocals.size() == song.mix.size());
  REQUIRE(accompaniment.size() == song.mix.size());

  const auto& samples = reference.at("vocals");
  double largest = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double actual = vocals[2 * shown[i / 2] + i % 2];
    largest = std::max(largest, std::abs(actual - samples[i].get<double>()));
  }
  // Both add up thousands of products in single precision; the voice ranges to 0.3.
  CHECK(largest < 1e-6);
  // The stems are known, so both can be measured against them. The accompaniment has what is above
  // 11 kHz besides.
  CHECK(sdr_db(song.voice, vocals) ==
        Approx(reference.at("sdr_db").at("vocals").get<double>()).margin(0.001));
  CHECK(sdr_db(song.music, accompaniment) >
        reference.at("sdr_db").at("accompaniment").get<double>());
  double gap = 0;
  for (std::size_t i = 0; i < song.mix.size(); ++i)
    gap = std::max(gap, std::abs(double{vocals[i]} + accompaniment[i] - song.mix[i]));
  CHECK(gap < 1e-6);
  // Seven of eight notes are sung.
  CHECK(voice.share() > 0.5);
  CHECK(voice.level_db() > -10);
}

}  // namespace
}  // namespace aura::models
