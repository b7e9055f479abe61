#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "aura/catalogue/catalogue_reader.h"
#include "aura/catalogue/resident_index.h"
#include "songs.h"

namespace aura::catalogue {

/// Embeddings of the tests have another size than their timbres: no search takes one for the other.
inline constexpr int kEmbeddingTestSize = 8;

inline std::vector<float> random_embedding(std::mt19937& random) {
  auto vector = random_vector(random);
  vector.resize(kEmbeddingTestSize);
  return vector;
}

inline analysis::Space embedding_space() {
  std::mt19937 random(6);
  std::vector<std::vector<float>> rows;
  for (int i = 0; i < 1000; ++i) rows.push_back(random_embedding(random));
  return analysis::Space::fit("embedding", 1, rows);
}

/// The spaces of a process with a model.
inline const std::vector<analysis::Space>& both_spaces() {
  static const std::vector<analysis::Space> spaces{embedding_space(), test_space()};
  return spaces;
}

/// A catalogue with rows of two kinds of vectors, and readers with and without the model.
struct Kinds : Songs {
  static constexpr std::size_t kRoom = std::size_t{1} << 30;
  postgres::Connection reading = database.connect();
  CatalogueReader reader{both_spaces(), kRoom};

  /// A row with both vectors; without the embedding if the model was not there.
  NewRow measured(const std::string& name, bool has_model = true) {
    auto row = named(name);
    if (has_model) row.vectors.push_back({"embedding", 1, random_embedding(vectors)});
    return row;
  }
  RowId add_both(const std::string& name) { return add(measured(name)); }
  RowId add_timbre(const std::string& name) { return add(measured(name, false)); }

  void refresh(CatalogueReader::Scope scope) { reader.refresh(reading, scope); }
  std::string kind() const { return reader.status().kind; }

  /// The ids that a search of `in` can find, in order.
  static std::vector<RowId> found_in(const CatalogueReader& in) {
    std::vector<RowId> ids;
    const auto view = in.view();
    if (!view) return ids;
    const std::vector<float> middle(static_cast<std::size_t>(view->space->size()));
    const auto& index = dynamic_cast<const ResidentIndex&>(*view->index);
    for (const auto& candidate : index.nearest(middle, 1'000'000, {})) ids.push_back(candidate.id);
    std::ranges::sort(ids);
    return ids;
  }
  std::vector<RowId> found() const { return found_in(reader); }
};

}  // namespace aura::catalogue
