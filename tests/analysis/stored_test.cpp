#include "aura/analysis/stored.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "any_measurements.h"

namespace aura::analysis {
namespace {

const std::string kHash(64, 'a');

std::string sha256_of(const std::string& bytes) {
  Spool file;
  file.append({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  return content_sha256(file);
}

bool is_read(const std::string& text) {
  auto known = wanting_fingerprint(from_stored_json(text, kHash));
  known.tagger = &any_tagger();
  return is_complete(known);
}

/// Measurements of which every part is stored.
Measurements some() {
  Measurements measured;
  measured.fingerprint.items = {1, 0x8000'0000, 3};
  measured.tags.emplace().tagging = any_tagger().tagging;
  return measured;
}

/// What to_stored_json() writes, with the value at `pointer` replaced.
std::string changed(const std::string& pointer, const nlohmann::json& value) {
  auto json = nlohmann::json::parse(to_stored_json(some(), kHash));
  json.at(nlohmann::json::json_pointer(pointer)) = value;
  return json.dump();
}

}  // namespace

TEST_CASE("stored: the key is the SHA-256 of the bytes, as in FIPS 180-4") {
  CHECK(sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_of(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("stored: the name and the type of a file are no part of the key") {
  Spool file;
  const auto before = content_sha256(file);
  file.set_label({.name = "song.mp3", .media_type = "audio/mpeg"});
  CHECK(content_sha256(file) == before);
}

TEST_CASE("stored: measurements come back as they were, to the last digit") {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    const auto measured = any_printable(random);
    const auto text = to_stored_json(measured, kHash);
    CHECK(text.size() < kMaxStoredBytes / 3);
    CHECK(text.find('\n') == std::string::npos);
    const auto found = from_stored_json(text, kHash);
    REQUIRE(is_complete(found));
    const Measurements whole{*found.core,        *found.rhythm, *found.tonal,    *found.structure,
                             *found.pictures,    *found.timbre, *found.spectrum, *found.source,
                             *found.fingerprint, found.tags};
    const bool is_same = whole == measured;  // not to be printed
    CHECK(is_same);
    CHECK(to_stored_json(whole, kHash) == text);
  }
}

TEST_CASE("stored: the longest measurements leave room below the limit") {
  Random random(3);
  Measurements measured;
  std::uniform_real_distribution times(1e3, 9e4);
  for (std::size_t i = 0; i < kMaxBeats; ++i) measured.rhythm.beats_s.push_back(times(random));
  for (std::size_t i = 0; i < kMaxDownbeats; ++i)
    measured.rhythm.downbeats_s.push_back(times(random));
  for (std::size_t i = 0; i < kMaxTempoPoints; ++i)
    measured.rhythm.tempo_curve.points.push_back({times(random), times(random)});
  for (std::size_t i = 0; i < kMaxSections; ++i)
    measured.structure.sections.push_back({1e4 / 3, 2e4 / 3, "AA"});
  measured.pictures.low.assign(Pictures::kMostCurveColumns, -1);
  measured.pictures.high = measured.pictures.low;
  measured.pictures.spectrogram.assign(Pictures::kMostSpectrumColumns * Pictures::kBands, 255);
  measured.pictures.mfcc.assign(Pictures::kMostSpectrumColumns * Pictures::kCoefficients, -1);
  measured.pictures.onsets.assign(Pictures::kMostCurveColumns, 255);
  measured.fingerprint.items.assign(kMaxFingerprintItems, 0xFFFF'FFFF);
  auto& tags = measured.tags.emplace();
  tags.tagging = any_tagger().tagging;
  tags.scores.fill(1.0F / 3);
  tags.embedding.fill(-1e30F / 3);
  tags.taggram.starts_s.assign(Taggram::kMostColumns, 1e4 / 3);
  tags.taggram.scores.assign(Taggram::kMostColumns * models::Tagger::kTags, 255);
  CHECK(to_json(tags).size() < 20'000);
  const auto text = to_stored_json(measured, kHash);
  CHECK(text.size() < kMaxStoredBytes / 3);
  CHECK(is_read(text));
}

TEST_CASE("stored: each part carries its version, and another version is not read") {
  const auto json = nlohmann::json::parse(to_stored_json(some(), kHash));
  CHECK(json.size() == 3);
  CHECK(json.at("parts").size() == kParts.size());
  for (const auto part : kParts) {
    const std::string place = "/parts/" + std::string(name_of(part));
    CAPTURE(place);
    CHECK(json.at(nlohmann::json::json_pointer(place + "/version")) == version_of(part));
    for (const auto& version : std::vector<nlohmann::json>{
             version_of(part) + 1, version_of(part) - 1, -1, 1.0, 1.5, 1e300, "1", true, nullptr,
             nlohmann::json::array({1}), 18446744073709551615U})
      CHECK_FALSE(is_read(changed(place + "/version", version)));
  }
}

TEST_CASE("stored: another file's measurements and another decoder's are not read") {
  CHECK(is_read(to_stored_json(some(), kHash)));
  CHECK(from_stored_json(to_stored_json(some(), kHash), std::string(64, 'b')) == KnownParts{});
  CHECK_FALSE(is_read(changed("/sha256", 1)));
  CHECK_FALSE(is_read(changed("/libavcodec", "1.2.3")));
}

TEST_CASE("stored: a key that is missing or has another type is not read") {
  const std::vector<std::string> places{"/sha256",
                                        "/libavcodec",
                                        "/parts",
                                        "/parts/core",
                                        "/parts/rhythm/data",
                                        "/parts/tonal/data/confidence",
                                        "/parts/tonal/data/second",
                                        "/parts/tonal/data/second/weight",
                                        "/parts/structure",
                                        "/parts/pictures/data/tempo",
                                        "/parts/timbre/data/values",
                                        "/parts/spectrum/data/octaves_db",
                                        "/parts/fingerprint",
                                        "/parts/fingerprint/data/items",
                                        "/parts/tags",
                                        "/parts/tags/data/model",
                                        "/parts/tags/data/scores",
                                        "/parts/tags/data/taggram/scores",
                                        "/parts/core/data/features",
                                        "/parts/core/data/warnings"};
  for (const auto& place : places) {
    CAPTURE(place);
    for (const auto& value :
         std::vector<nlohmann::json>{nullptr, 7, "text", true, nlohmann::json::object({{"a", 1}}),
                                     nlohmann::json::array({1, 2})})
      CHECK_FALSE(is_read(changed(place, value)));
    const nlohmann::json::json_pointer pointer(place);
    auto json = nlohmann::json::parse(to_stored_json(some(), kHash));
    json.at(pointer.parent_pointer()).erase(pointer.back());
    CHECK_FALSE(is_read(json.dump()));
  }
}

TEST_CASE(
    "stored: no fingerprint and no tags are not stored, and count as known if nobody needs them") {
  const auto text = to_stored_json({}, kHash);
  CHECK(text.find("fingerprint") == std::string::npos);
  CHECK(text.find("tags") == std::string::npos);
  CHECK(is_complete(from_stored_json(text, kHash)));
  CHECK_FALSE(is_read(text));
}

TEST_CASE("stored: damaged and hostile text is not read") {
  const auto whole = to_stored_json(some(), kHash);
  for (std::size_t size = 0; size < whole.size(); size += 7)
    CHECK_FALSE(is_read(whole.substr(0, size)));
  const auto with_number = [&](const std::string& number) {
    auto text = changed("/parts/core/data/duration_s", "PLACE");
    return text.replace(text.find("\"PLACE\""), 7, number);
  };
  CHECK(is_read(with_number("12.5")));
  for (const auto* number : {"NaN", "Infinity", "1e999", "-1", "0x10", "1e", ""})
    CHECK_FALSE(is_read(with_number(number)));
  const std::size_t levels = 200'000;
  CHECK_FALSE(is_read(with_number(std::string(levels, '[') + std::string(levels, ']'))));
  CHECK_FALSE(is_read(std::string(levels, '{')));
  CHECK_FALSE(is_read(whole + std::string(kMaxStoredBytes, ' ')));
  CHECK_FALSE(is_read(std::string(4096, '\0')));
  CHECK_FALSE(is_read(whole + whole));
}

TEST_CASE("stored: no text that is read can spoil a terminal") {
  CHECK(is_read(changed("/parts/core/data/warnings", {"sound is missing"})));
  CHECK_FALSE(is_read(changed("/parts/core/data/warnings", {"\x1b[31m"})));
  CHECK_FALSE(is_read(changed("/parts/tonal/data/key", "A\nB")));
  CHECK_FALSE(is_read(changed("/parts/tonal/data/scale", "\r")));
  CHECK_FALSE(is_read(changed("/parts/tonal/data/second/key", "\x1b")));
  const nlohmann::json section{{"start_s", 0}, {"end_s", 1}, {"label", "A\nB"}};
  CHECK_FALSE(is_read(changed("/parts/structure/data/sections", nlohmann::json::array({section}))));
  CHECK_FALSE(is_read(changed("/parts/tonal/data/second/scale", "\n")));
  CHECK_FALSE(from_stored_json(changed("/parts/tags/data/model", "\x1b[31m"), kHash).tags);
  CHECK_FALSE(is_read(changed("/parts/rhythm/data/time_signature", "\x07")));
  CHECK_FALSE(is_read(changed("/parts/rhythm/data/tempo_curve/kind", "\x1b")));
}

TEST_CASE("stored: text with any byte changed is read or not, and never an error") {
  Random random(2);
  const auto whole = to_stored_json(any_printable(random), kHash).substr(0, 20'000);
  for (int i = 0; i < 300; ++i) {
    auto text = to_stored_json(some(), kHash);
    for (auto count = 1 + random() % 3; count-- > 0;)
      text[random() % text.size()] = static_cast<char>(whole[random() % whole.size()]);
    CHECK_NOTHROW(from_stored_json(text, kHash));
  }
}

}  // namespace aura::analysis
