#include "aura/models/tagger.h"

namespace aura::models {

Tagger::Tagger(const Safetensors& file, const Lanes& lanes)
    : networks_{Musicnn(file, "msd", lanes), Musicnn(file, "mtt", lanes)} {
  for (const Musicnn& network : networks_)
    tags_.insert(tags_.end(), network.tags().begin(), network.tags().end());
}

Tagger::Result Tagger::run(std::span<const float> patch, Musicnn::Scratch& scratch) const {
  Result result;
  for (std::size_t i = 0; i < networks_.size(); ++i) {
    networks_[i].run(
        patch, scratch, std::span(result.scores).subspan(i * Musicnn::kTags, Musicnn::kTags),
        std::span(result.embedding).subspan(i * Musicnn::kEmbedding, Musicnn::kEmbedding));
  }
  return result;
}

}  // namespace aura::models
