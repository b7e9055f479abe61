#include "aura/catalogue/resident_index.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "aura/analysis/space.h"
#include "aura/catalogue/song.h"
#include "squared_distances.h"

namespace aura::catalogue {
namespace {

constexpr int kSize = 20;
constexpr std::size_t kPlenty = std::size_t{1} << 30;

std::vector<float> any_vector(std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> vector(kSize);
  for (auto& value : vector) value = std::clamp(normal(random), -4.0F, 4.0F);
  return vector;
}

Entry any_entry(RowId id, std::mt19937& random) {
  Entry entry{.id = id, .vector = any_vector(random), .genre = {}, .tempo_bpm = {}};
  if (random() % 4 != 0) entry.genre = "Genre " + std::to_string(random() % 5);
  if (random() % 4 != 0) entry.tempo_bpm = 60 + static_cast<double>(random() % 120);
  return entry;
}

/// What the index rounds a vector to.
std::vector<float> rounded(const std::vector<float>& vector) {
  std::vector<float> result;
  for (const float value : vector)
    result.push_back(static_cast<float>(std::lround(value * (127 / 4.0F))) / (127 / 4.0F));
  return result;
}

Filter of_genre(const std::string& genre) {
  Filter filter;
  filter.genre = genre;
  return filter;
}

bool passes(const Entry& entry, const Filter& filter) {
  if (filter.genre && (entry.genre.empty() || normalised(entry.genre) != normalised(*filter.genre)))
    return false;
  if ((filter.min_tempo_bpm || filter.max_tempo_bpm) && !entry.tempo_bpm) return false;
  return (!filter.min_tempo_bpm || *entry.tempo_bpm >= *filter.min_tempo_bpm) &&
         (!filter.max_tempo_bpm || *entry.tempo_bpm <= *filter.max_tempo_bpm);
}

using Model = std::map<RowId, Entry>;

/// A plain list's answer.
std::vector<Candidate> nearest_of(const Model& model, const std::vector<float>& placed,
                                  std::size_t count, const Filter& filter) {
  std::vector<Candidate> candidates;
  for (const auto& [id, entry] : model) {
    if (passes(entry, filter))
      candidates.push_back({id, analysis::distance(rounded(placed), rounded(entry.vector))});
  }
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    // The list's distances are rounded; the index compares whole numbers.
    return std::abs(a.distance - b.distance) > 1e-6 ? a.distance < b.distance : a.id < b.id;
  });
  if (candidates.size() > count) candidates.resize(count);
  return candidates;
}

void check_equal(const std::vector<Candidate>& found, const std::vector<Candidate>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].id == expected[i].id);
    CHECK(found[i].distance == Approx(expected[i].distance).margin(1e-5));
  }
}

}  // namespace

TEST_CASE("squared distances: a plain loop's, for any width and the largest differences") {
  std::mt19937 random(2);
  for (const std::size_t width : {16, 32, 48, 64, 80, 96, 4096}) {
    std::vector<std::int8_t> target(width, 127);
    std::vector<std::int8_t> rows(width * 3);
    for (auto& value : rows)
      value = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
    std::fill_n(rows.begin(), width, std::int8_t{-127});
    std::vector<std::int32_t> squared(3);
    squared_distances(target.data(), rows.data(), 3, width, squared.data());
    CHECK(squared[0] == static_cast<std::int32_t>(width) * 254 * 254);
    for (std::size_t row = 0; row < 3; ++row) {
      std::int64_t sum = 0;
      for (std::size_t i = 0; i < width; ++i)
        sum += (127 - rows[row * width + i]) * (127 - rows[row * width + i]);
      CHECK(squared[row] == sum);
    }
  }
}

TEST_CASE("resident index: finds what a plain list finds, through random changes") {
  const auto seed = GENERATE(1U, 2U, 3U);
  std::mt19937 random(seed);
  ResidentIndex index(kSize, kPlenty);
  Model model;
  for (int step = 0; step < 60; ++step) {
    if (random() % 3 != 0 || model.empty()) {
      std::vector<Entry> entries;
      // Ids mostly grow, as those of a database; some come late, some again, some twice at once.
      const auto count = random() % 3 == 0 ? random() % 3000 : random() % 40;
      for (std::size_t i = 0; i < count; ++i) {
        const auto newest = model.empty() ? 0 : model.rbegin()->first;
        const auto id = random() % 4 == 0 ? static_cast<RowId>(random() % 20'000)
                                          : newest + 1 + static_cast<RowId>(random() % 3);
        entries.push_back(any_entry(id, random));
        model.insert_or_assign(id, entries.back());
      }
      index.add(entries);
    } else {
      std::vector<RowId> ids;
      const auto share = random() % 3 == 0 ? 2 : 50;
      for (const auto& [id, entry] : model)
        if (random() % static_cast<unsigned>(share) == 0) ids.push_back(id);
      for (const auto id : ids) model.erase(id);
      ids.push_back(999'999'999);  // never there
      if (!ids.empty()) ids.push_back(ids.front());
      index.remove(ids);
    }
    CHECK(index.size() == model.size());
    const auto target = any_vector(random);
    check_equal(index.nearest(target, 10, {}), nearest_of(model, target, 10, {}));
    Filter filter;
    if (random() % 2 == 0) filter.genre = "genre " + std::to_string(random() % 6);
    if (random() % 2 == 0) filter.min_tempo_bpm = 60 + static_cast<double>(random() % 120);
    if (random() % 2 == 0) filter.max_tempo_bpm = 60 + static_cast<double>(random() % 120);
    check_equal(index.nearest(target, 25, filter), nearest_of(model, target, 25, filter));
  }
  // Many small blocks would slow a search down.
  CHECK(index.bytes() < index.size() * ResidentIndex::bytes_of_row(kSize) * 11 / 10 + 10'000);
}

TEST_CASE("resident index: edges") {
  ResidentIndex index(kSize, kPlenty);
  std::mt19937 random(1);
  const auto target = any_vector(random);
  CHECK(index.nearest(target, 10, {}).empty());
  CHECK(index.size() == 0);
  index.remove(std::vector<RowId>{1});
  index.add({});
  const std::vector entries{any_entry(1, random), any_entry(2, random)};
  index.add(entries);
  CHECK(index.nearest(target, 0, {}).empty());
  CHECK(index.nearest(target, 10, {}).size() == 2);
  CHECK(index.nearest(entries[1].vector, 1, {}) == std::vector<Candidate>{{2, 0}});
  CHECK(index.nearest(target, 10, of_genre("no such")).empty());
  CHECK_THROWS_AS(index.nearest(std::vector<float>(3), 10, {}), std::invalid_argument);
  auto short_one = any_entry(3, random);
  short_one.vector.pop_back();
  CHECK_THROWS_AS(index.add({&short_one, 1}), std::invalid_argument);
  CHECK(index.size() == 2);
  CHECK_THROWS_AS(ResidentIndex(0, kPlenty), std::invalid_argument);
}

TEST_CASE("resident index: rows that do not fit are dropped, all of them, and it says so") {
  std::mt19937 random(1);
  const auto room = 1000 * ResidentIndex::bytes_of_row(kSize) + 2000;
  ResidentIndex index(kSize, room);
  std::vector<Entry> entries;
  for (RowId id = 1; id <= 1000; ++id) entries.push_back(any_entry(id, random));
  index.add(entries);
  CHECK(index.size() == 1000);
  CHECK_FALSE(index.is_too_large());
  CHECK(index.bytes() <= room);
  CHECK(index.bytes() > room * 9 / 10);
  entries.clear();
  for (RowId id = 1001; id <= 1100; ++id) entries.push_back(any_entry(id, random));
  index.add(entries);
  CHECK(index.is_too_large());
  CHECK(index.size() == 0);
  CHECK(index.bytes() == 0);
  CHECK(index.nearest(any_vector(random), 10, {}).empty());
  index.add(std::span(entries).first(1));
  CHECK(index.size() == 0);
}

TEST_CASE("resident index: many genres count, too") {
  std::mt19937 random(1);
  ResidentIndex index(kSize, 100 * ResidentIndex::bytes_of_row(kSize) + 3000);
  std::vector<Entry> entries;
  for (RowId id = 1; id <= 90; ++id) {
    entries.push_back(any_entry(id, random));
    entries.back().genre = std::string(90, 'g') + std::to_string(id);
  }
  index.add(entries);
  CHECK(index.is_too_large());
}

TEST_CASE("resident index: searches during writes see whole states", "[tsan]") {
  // A pair of rows moves together. A search that saw one of them moved would see two distances.
  constexpr int kRounds = 300;
  ResidentIndex index(kSize, kPlenty);
  std::mt19937 random(1);
  std::vector<Entry> filler;
  for (RowId id = 10; id < 9000; ++id) {
    filler.push_back(any_entry(id, random));
    filler.back().vector[0] = 4;
  }
  index.add(filler);
  const auto pair_at = [](float place) {
    std::vector<float> vector(kSize, 0.0F);
    vector[0] = place;
    return std::vector{Entry{.id = 1, .vector = vector, .genre = "pair", .tempo_bpm = {}},
                       Entry{.id = 20'000, .vector = vector, .genre = "pair", .tempo_bpm = {}}};
  };
  index.add(pair_at(0));
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  std::atomic<int> searches{0};
  const auto search = [&] {
    const std::vector<float> target(kSize, 0.0F);
    while (!done) {
      const auto found = index.nearest(target, 2, of_genre("pair"));
      const bool is_whole =
          found.empty() || (found.size() == 2 && found[0].distance == found[1].distance);
      if (!is_whole) ++torn;
      ++searches;
    }
  };
  std::thread one(search);
  std::thread two(search);
  std::thread other_writer([&] {
    std::mt19937 own(2);
    for (int i = 0; i < kRounds; ++i) {
      index.add(std::vector{any_entry(30'000 + i, own)});
      index.remove(std::vector<RowId>{10 + i});
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    if (i % 5 == 4) {
      index.remove(std::vector<RowId>{1, 20'000});
    } else {
      index.add(pair_at(static_cast<float>(i % 4)));
    }
  }
  other_writer.join();
  done = true;
  one.join();
  two.join();
  CHECK(torn == 0);
  CHECK(searches > 0);
  CHECK(index.size() == 8990);  // the last round removed the pair; each row removed was replaced
}

}  // namespace aura::catalogue
