#include "aura/analysis/embedding.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "aura/analysis/measurements.h"
#include "embedding_data.h"
#include "words.h"

namespace aura::analysis {
namespace {

constexpr int kMostVersions = 1'000'000;
/// A vector that is shorter has no direction.
constexpr double kLeastLength = 1e-6;

/// Returns the projection of data/embedding.projection. Throws std::logic_error if it is not one of
/// embeddings, or its space does not fit it.
std::optional<Projection> read_shipped() {
  if (projection_text().empty() || projected_space_text().empty()) return std::nullopt;
  auto projection = Projection::read(projection_text());
  const auto space = Space::read(projected_space_text());
  if (projection.kind() != kEmbeddingKind || projection.inputs() != int{kRawEmbeddingSize} ||
      projection.outputs() != int{kEmbeddingSize} ||
      projection.part_version() != version_of(Part::kTags) || space.kind() != kEmbeddingKind ||
      space.version() != projection.version() || space.size() != projection.outputs())
    throw std::logic_error("the shipped projection of embeddings does not fit its space");
  return projection;
}

}  // namespace

Projection Projection::read(std::string_view text) {
  Words words("a projection", text);
  Projection projection;
  projection.kind_ = words.kind_after("aura-projection");
  projection.version_ = words.number_within(0, kMostVersions);
  projection.part_version_ = words.number_within(0, kMostVersions);
  const int inputs = words.number_within(1, kMaxSize);
  const int outputs = words.number_within(1, kMaxSize);
  words.end_line();
  words.read_line(inputs, projection.mean_);
  words.read_deviations(inputs, projection.deviation_);
  for (int i = 0; i < outputs; ++i) words.read_line(inputs, projection.weights_);
  words.end();
  return projection;
}

std::vector<float> Projection::project(std::span<const float> raw) const {
  if (raw.size() != mean_.size())
    throw std::invalid_argument("an embedding has not the size that its projection takes");
  std::vector<double> values(raw.size());
  double squares = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    values[i] = (static_cast<double>(raw[i]) - static_cast<double>(mean_[i])) /
                static_cast<double>(deviation_[i]);
    squares += values[i] * values[i];
  }
  const double length = std::max(std::sqrt(squares), kLeastLength);
  std::vector<float> projected;
  projected.reserve(weights_.size() / raw.size());
  for (auto row = weights_.begin(); row != weights_.end();) {
    double sum = 0;
    for (const double value : values) sum += value * static_cast<double>(*row++);
    projected.push_back(static_cast<float>(sum / length));
  }
  return projected;
}

const Projection* shipped_projection() {
  static const auto projection = read_shipped();
  return projection ? &*projection : nullptr;
}

std::optional<Space> shipped_embedding_space() {
  if (shipped_projection() == nullptr) return std::nullopt;
  return Space::read(projected_space_text());
}

std::optional<std::vector<float>> embedding_vector(std::span<const float> raw) {
  if (raw.size() != kRawEmbeddingSize) throw std::invalid_argument("an embedding's size is wrong");
  const auto* const projection = shipped_projection();
  if (projection == nullptr) return std::nullopt;
  return projection->project(raw);
}

}  // namespace aura::analysis
