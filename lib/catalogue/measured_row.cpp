#include "aura/catalogue/measured_row.h"

#include <string>
#include <utility>

namespace aura::catalogue {

RawVector vector_of(const analysis::Timbre& timbre) {
  return {.kind = std::string(name_of(analysis::Part::kTimbre)),
          .version = version_of(analysis::Part::kTimbre),
          .values = {timbre.values.begin(), timbre.values.end()}};
}

NewRow make_row(const Sha256& content, Song song, const analysis::Measurements& measured) {
  return {.content = content,
          .song = std::move(song),
          .facts = facts_of(measured.core, measured.rhythm, measured.tonal),
          .vector = vector_of(measured.timbre),
          .fingerprint = measured.fingerprint.items};
}

}  // namespace aura::catalogue
