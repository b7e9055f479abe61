#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "advice_rules.h"
#include "aura/analysis/judge.h"
#include "aura/analysis/measure.h"
#include "aura/analysis/reference.h"
#include "mix.h"
#include "programs.h"

// Made faults are named by their rules, and finished music gets no advice. The limits come from
// conventions, or from other music: see ADVICE.md.

namespace aura::analysis {
namespace {

using Ids = std::set<std::string>;
using audio::WavFormat;

Ids ids_of(const Report& report) {
  Ids ids;
  for (const auto& advice : recommend(report)) ids.emplace(advice.id);
  return ids;
}

Measurements measured(const Spool& file) {
  return measure(file, audio::Decoder(), {}).measurements;
}

Ids advice_on(const Spool& file) {
  return ids_of(judge(measured(file), {}));
}

/// `mix` as FFmpeg writes it with `options`, and then as a WAV file with 44,100 Hz if `back`.
Spool converted(const Mix& mix, const std::string& name, const std::vector<std::string>& options,
                bool back) {
  const audio::Folder folder;
  std::vector<std::uint8_t> wav(to_file(mix).size());
  to_file(mix).read(0, wav);
  const auto run = [](const std::string& from, const std::vector<std::string>& with,
                      const std::string& to) {
    std::vector<std::string> command{"ffmpeg", "-nostdin", "-loglevel", "error", "-i", from};
    command.insert(command.end(), with.begin(), with.end());
    command.push_back(to);
    audio::output_of(command);
    return to;
  };
  auto path = run(folder.write("in.wav", wav), options, folder.path(name));
  if (back) path = run(path, {"-ar", "44100", "-c:a", "pcm_s24le"}, folder.path("back.wav"));
  Spool file;
  file.append(audio::content_of(path));
  return file;
}

double energy(const std::vector<double>& samples) {
  return std::inner_product(samples.begin(), samples.end(), samples.begin(), 0.0);
}

/// As a limiter that is driven far too hard.
Mix squashed(Mix mix, double drive, double peak) {
  for (auto* channel : {&mix.left, &mix.right})
    for (double& value : *channel) value = peak * std::tanh(drive * value);
  return mix;
}

/// Makes the sides so strong beside the middle that the correlation is about `correlation`.
Mix widened(Mix mix, double correlation) {
  auto middle = mix, side = mix;
  middle.scale(1, 0);
  side.scale(0, 1);
  const double ratio = energy(middle.left) / energy(side.left);
  mix.scale(1, std::sqrt(ratio * (1 - correlation) / (1 + correlation)));
  mix.amplify(0.7 / mix.peak());
  return mix;
}

void pad(Mix& mix, double before_s, double after_s) {
  for (auto* channel : {&mix.left, &mix.right}) {
    channel->insert(channel->begin(), static_cast<std::size_t>(before_s * Mix::kRateHz), 0.0);
    channel->insert(channel->end(), static_cast<std::size_t>(after_s * Mix::kRateHz), 0.0);
  }
}

struct Fault {
  const char* rule;
  std::function<Spool(Mix)> make;
};

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all{
      {"true_peak_over",
       [](Mix mix) {
         mix.amplify(1.2 / mix.peak());
         return to_file(mix, WavFormat::kF32);
       }},
      {"true_peak",
       [](Mix mix) {
         mix.amplify(0.93 / mix.peak());
         return to_file(mix);
       }},
      {"clipping",
       [](Mix mix) {
         mix.amplify(3);
         for (auto* channel : {&mix.left, &mix.right})
           for (double& value : *channel) value = std::clamp(value, -1.0, 1.0);
         return to_file(mix, WavFormat::kS16);
       }},
      {"one_sided",
       [](Mix mix) {
         std::fill(mix.left.begin(), mix.left.end(), 0.0);
         return to_file(mix);
       }},
      {"inverted",
       [](Mix mix) {
         for (double& value : mix.right) value = -value;
         return to_file(mix);
       }},
      {"bandwidth",
       [](const Mix& mix) {
         return converted(mix, "lossy.mp3", {"-c:a", "libmp3lame", "-b:a", "128k"}, true);
       }},
      {"bandwidth",
       [](const Mix& mix) {
         return converted(mix, "low.wav", {"-ar", "32000"}, true);
       }},
      {"bandwidth",
       [](const Mix& mix) {
         return converted(mix, "lossy.m4a", {"-b:a", "96k"}, true);
       }},
      {"loudness_high", [](const Mix& mix) { return to_file(squashed(mix, 8, 0.85)); }},
      {"loudness_low",
       [](Mix mix) {
         mix.amplify(0.1);
         return to_file(mix);
       }},
      {"dynamics_low", [](const Mix& mix) { return to_file(squashed(mix, 30, 0.4)); }},
      {"dc_offset",
       [](Mix mix) {
         for (double& value : mix.left) value += 0.02;
         return to_file(mix);
       }},
      {"balance",
       [](Mix mix) {
         for (double& value : mix.right) value *= 0.5;
         return to_file(mix);
       }},
      {"phase", [](const Mix& mix) { return to_file(widened(mix, -0.3)); }},
      {"silence_start",
       [](Mix mix) {
         pad(mix, 2.5, 0);
         return to_file(mix);
       }},
      {"silence_end",
       [](Mix mix) {
         pad(mix, 0, 8);
         return to_file(mix);
       }},
      {"sample_rate",
       [](const Mix& mix) {
         return converted(mix, "low.wav", {"-ar", "22050"}, false);
       }},
      {"bit_depth", [](const Mix& mix) { return to_file(mix, WavFormat::kU8); }},
      {"range_wide",
       [](Mix mix) {
         for (auto* channel : {&mix.left, &mix.right})
           for (std::size_t i = 0; i < channel->size() / 2; ++i) (*channel)[i] *= 0.08;
         return to_file(mix);
       }},
      {"mono",
       [](Mix mix) {
         mix.scale(1, 0);
         return to_file(mix);
       }},
      {"mono",
       [](const Mix& mix) {
         return converted(mix, "mono.wav", {"-ac", "1"}, false);
       }},
      {"stereo_narrow",
       [](Mix mix) {
         mix.scale(1, 0.02);
         return to_file(mix);
       }},
      {"key_uncertain",
       [](Mix mix) {
         std::mt19937 random(5);
         std::uniform_real_distribution<double> noise(-0.4, 0.4);
         for (std::size_t i = 0; i < mix.left.size(); ++i) {
           const double level = std::exp(-static_cast<double>(i % 22'050) / 3000);
           mix.left[i] = level * noise(random);
           mix.right[i] = level * noise(random);
         }
         return to_file(mix);
       }},
  };
  return all;
}

}  // namespace

TEST_CASE("advice: each made fault is named by its rule") {
  unsigned seed = 100;
  for (const auto& [rule, make] : faults()) {
    const auto ids = advice_on(make(play_band(++seed)));
    CAPTURE(seed, rule, ids);
    CHECK(ids.contains(rule));
  }
}

TEST_CASE("advice: finished music gets none") {
  for (unsigned seed = 0; seed < 30; ++seed) {
    const auto ids = advice_on(to_file(play_band(seed)));
    CAPTURE(seed, ids);
    CHECK(ids.empty());
  }
}

TEST_CASE("advice: what differs from a reference is named, and nothing without one") {
  const auto reference = measured(to_file(play_band(200)));
  const auto beside_reference = [&](const Mix& mix) {
    auto report = judge(measured(to_file(mix)), {});
    CHECK(ids_of(report).empty());
    report.reference = compare(report.measured, reference, shipped_space());
    return ids_of(report);
  };
  CHECK(beside_reference(play_band(200)).empty());
  CHECK(beside_reference(play_band(200, 0.88)) == Ids{"reference_tempo"});
  auto quiet = play_band(200);
  quiet.amplify(0.65);
  CHECK(beside_reference(quiet) == Ids{"reference_loudness"});
  auto dull = play_band(200);
  for (auto* channel : {&dull.left, &dull.right}) {
    double smooth = 0;
    for (double& value : *channel) value = smooth += 0.15 * (value - smooth);
  }
  dull.amplify(0.7 / dull.peak());
  CHECK(beside_reference(dull).contains("reference_spectrum"));
}

}  // namespace aura::analysis
