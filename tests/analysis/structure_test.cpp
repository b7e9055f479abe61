#include "aura/analysis/structure.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "aura/analysis/features.h"
#include "aura/dsp/chroma.h"
#include "signals.h"

namespace aura::analysis {
namespace {

using Samples = std::vector<float>;

Structure structure_of(const Samples& samples) {
  FeatureExtractor extractor(dsp::kSampleRateHz);
  dsp::ChromaExtractor chroma;
  extractor.push(samples);
  chroma.push(samples);
  return std::move(extractor).finish().rhythm().structure(chroma.finish());
}

/// Chords of three notes, as MIDI numbers them, half a second each, with some noise.
Samples chords(std::initializer_list<int> roots, double seconds, float noise) {
  const auto size = static_cast<std::size_t>(seconds * dsp::kSampleRateHz);
  auto samples = test::noise(noise, size);
  for (std::size_t i = 0; i < size; ++i) {
    const double at_s = static_cast<double>(i) / dsp::kSampleRateHz;
    const int root = *(roots.begin() + static_cast<std::ptrdiff_t>(2 * at_s) % std::ssize(roots));
    for (const int note : {root, root + 4, root + 7})
      samples[i] +=
          static_cast<float>(0.1 * std::sin(2 * M_PI * 440 * std::exp2((note - 69) / 12.0) * at_s));
  }
  return samples;
}

Samples joined(std::initializer_list<const Samples*> parts) {
  Samples whole;
  for (const auto* part : parts) whole.insert(whole.end(), part->begin(), part->end());
  return whole;
}

std::string form_of(const Structure& structure) {
  std::string form;
  for (const auto& section : structure.sections) form += section.label;
  return form;
}

}  // namespace

TEST_CASE("structure: parts that differ in harmony, in sound or in both are found and named") {
  const auto a = chords({60, 65}, 15, 0.01F);
  const auto harmony = chords({58, 63, 66}, 12, 0.01F);
  const auto sound = chords({60, 65}, 12, 0.1F);
  const auto both = chords({58, 63, 66}, 12, 0.1F);
  for (const auto* b : {&harmony, &sound, &both}) {
    const auto structure = structure_of(joined({&a, b, &a, b}));
    CHECK(form_of(structure) == "ABAB");
    REQUIRE(structure.sections.size() == 4);
    const double expected[] = {0, 15, 27, 42, 54};
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(structure.sections[i].start_s == Approx(expected[i]).margin(1));
      CHECK(structure.sections[i].end_s == Approx(expected[i + 1]).margin(1));
    }
    for (std::size_t i = 1; i < 4; ++i)
      CHECK(structure.sections[i].start_s == structure.sections[i - 1].end_s);
    CHECK(structure.sections.back().end_s == Approx(54).epsilon(1e-9));
    CHECK(structure.intro_s == 0);
  }
}

TEST_CASE("structure: the intro lasts until the first part that comes back") {
  const auto intro = chords({50}, 10, 0.2F);
  const auto a = chords({60, 65}, 12, 0.01F);
  const auto b = chords({58, 63, 66}, 12, 0.01F);
  const auto structure = structure_of(joined({&intro, &a, &b, &a}));
  CHECK(form_of(structure) == "ABCB");
  CHECK(structure.intro_s == Approx(10).margin(1));
  CHECK(structure_of(joined({&intro, &a, &b})).intro_s == 0);
}

TEST_CASE("structure: what stays as it is has one section") {
  CHECK(form_of(structure_of(chords({60, 65, 67}, 60, 0.01F))) == "A");
  CHECK(form_of(structure_of(test::noise(0.2, 60 * dsp::kSampleRateHz))) == "A");
  CHECK(form_of(structure_of(Samples(60 * dsp::kSampleRateHz, 0.0F))) == "A");
  CHECK(form_of(structure_of(chords({60, 65}, 0.2, 0.01F))) == "A");
}

TEST_CASE("structure: a long track has sections too, and not too many") {
  const auto a = chords({60, 65}, 200, 0.01F);
  const auto b = chords({58, 63, 66}, 200, 0.1F);
  const auto structure = structure_of(joined({&a, &b, &a, &b, &a}));
  CHECK(form_of(structure) == "ABABA");
  CHECK(structure.sections.size() <= kMaxSections);
}

}  // namespace aura::analysis
