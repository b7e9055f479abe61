#include "aura/analysis/measure_once.h"

#include <utility>

#include "aura/analysis/stored.h"

namespace aura::analysis {
MeasuredOnce measure_once(const Spool& file, const audio::Decoder& decoder,
                          const audio::DecodeLimits& limits, MeasurementCache* cache,
                          const OnProgress& on_step, const std::stop_token& stop,
                          bool wants_fingerprint, const NamedTagger* tagger) {
  MeasuredOnce measured;
  measured.content = content_hash(file);
  const auto sha256 = to_hex(measured.content);
  const bool uses_cache = cache != nullptr && has_usual_samples(limits);
  auto known = uses_cache ? cache->find(sha256) : KnownParts{};
  if (wants_fingerprint) known = wanting_fingerprint(std::move(known));
  known.tagger = tagger;
  measured.is_hit = is_complete(known);
  measured.measurements =
      measure_missing(std::move(known), file, decoder, limits, on_step, stop).measurements;
  // Somebody may have written to the file meanwhile.
  if (uses_cache && !measured.is_hit && content_hash(file) == measured.content)
    measured.is_unwritable = !cache->store(sha256, measured.measurements);
  return measured;
}

}  // namespace aura::analysis
