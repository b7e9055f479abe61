#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "aura/analysis/space.h"
#include "aura/catalogue/catalogue.h"
#include "filled.h"

namespace aura::catalogue {

/// Vectors of the tests are small.
inline constexpr int kTestSize = 12;

inline std::vector<float> random_vector(std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> vector(kTestSize);
  for (auto& value : vector) value = normal(random);
  return vector;
}

/// A space of normally distributed rows: nearly mean 0 and deviation 1.
inline analysis::Space test_space() {
  std::mt19937 random(5);
  std::vector<std::vector<float>> rows;
  for (int i = 0; i < 1000; ++i) rows.push_back(random_vector(random));
  return analysis::Space::fit("timbre", 1, rows);
}

/// A row with all that a row may have.
inline NewRow new_row(const std::string& name, std::vector<float> vector,
                      const std::string& artist = "") {
  NewRow row;
  row.content = content(name);
  row.song.song = name;
  row.song.artist = artist.empty() ? "Artist of " + name : artist;
  row.song.origin = "/music/" + name + ".flac";
  row.vectors = {{"timbre", 1, std::move(vector)}};
  return row;
}

/// A database with the tables, and a catalogue over a connection of its own.
struct Songs : Filled {
  postgres::Connection connection = database.connect();
  Catalogue catalogue{connection};
  std::mt19937 vectors{1};

  NewRow named(const std::string& name) { return new_row(name, random_vector(vectors)); }
  RowId add(const NewRow& row) { return catalogue.add({&row, 1}).front(); }
  RowId add(const std::string& name) { return add(named(name)); }
  std::vector<RowId> fill(int count, const std::string& prefix = "song ") {
    std::vector<RowId> ids;
    std::vector<NewRow> rows;
    for (int i = 0; i < count; ++i) {
      rows.push_back(named(prefix + std::to_string(i)));
      if (rows.size() == Catalogue::kBatch || i + 1 == count) {
        for (const auto id : catalogue.add(rows)) ids.push_back(id);
        rows.clear();
      }
    }
    return ids;
  }
};

}  // namespace aura::catalogue
