#include "aura/catalogue/measured_row.h"

#include <string>
#include <utility>

#include "aura/analysis/embedding.h"

namespace aura::catalogue {
namespace {

RawVector vector_of(const analysis::Timbre& timbre) {
  return {.kind = std::string(name_of(analysis::Part::kTimbre)),
          .version = version_of(analysis::Part::kTimbre),
          .values = {timbre.values.begin(), timbre.values.end()}};
}

std::vector<RawVector> both(std::optional<RawVector> timbre, std::optional<RawVector> embedding) {
  std::vector<RawVector> vectors;
  if (timbre) vectors.push_back(std::move(*timbre));
  if (embedding) vectors.push_back(std::move(*embedding));
  return vectors;
}

}  // namespace

std::vector<analysis::Space> shipped_spaces(bool has_model) {
  std::vector<analysis::Space> spaces;
  if (has_model)
    if (auto space = analysis::shipped_embedding_space()) spaces.push_back(std::move(*space));
  spaces.push_back(analysis::shipped_space());
  return spaces;
}

std::optional<RawVector> embedding_of(const std::optional<analysis::Tags>& tags) {
  if (!tags) return std::nullopt;
  const auto* const projection = analysis::shipped_projection();  // is read at its first use
  if (projection == nullptr) return std::nullopt;
  return RawVector{.kind = projection->kind(),
                   .version = projection->version(),
                   .values = projection->project(tags->embedding)};
}

std::vector<RawVector> vectors_of(const analysis::Measurements& measured) {
  return both(vector_of(measured.timbre), embedding_of(measured.tags));
}

std::vector<RawVector> vectors_of(const analysis::KnownParts& known) {
  return both(known.timbre ? std::optional(vector_of(*known.timbre)) : std::nullopt,
              embedding_of(known.tags));
}

NewRow make_row(const Sha256& content, Song song, const analysis::Measurements& measured) {
  return {.content = content,
          .song = std::move(song),
          .facts = facts_of(measured.core, measured.rhythm, measured.tonal),
          .vectors = vectors_of(measured),
          .fingerprint = measured.fingerprint.items};
}

}  // namespace aura::catalogue
