#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "any_measurements.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/measurement_store.h"
#include "aura/catalogue/similar.h"
#include "routed.h"

namespace aura::http {

/// The timbre of the tracks, for 0; its opposite, for 2.
inline analysis::Timbre timbre_at(float step) {
  analysis::Timbre timbre;
  for (std::size_t i = 0; i < timbre.values.size(); ++i)
    timbre.values[i] = (i % 2 == 0 ? 2.0F : -2.0F) * (1 - step);
  return timbre;
}

inline Sha256 content_of(const std::string& name) {
  return sha256({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
}

/// The fingerprint of the tracks: half a minute of it.
inline catalogue::Fingerprint recording() {
  std::mt19937 random(7);
  catalogue::Fingerprint items(240);
  for (auto& item : items) item = static_cast<std::uint32_t>(random());
  return items;
}

/// Songs and measured jobs.
template <typename Fixture>
struct Songful : Fixture {
  using Fixture::connection;
  using Fixture::database;
  using Fixture::reader;

  catalogue::RowId add(const std::string& name, float step = 0, catalogue::SongFacts facts = {},
                       catalogue::Fingerprint fingerprint = {}) {
    constexpr auto kPart = analysis::Part::kTimbre;
    const auto timbre = timbre_at(step);
    catalogue::NewRow row;
    row.content = content_of(name);
    row.song.song = name;
    row.song.artist = "Artist of " + name;
    row.song.origin = "https://h/" + name + "?signature=secret";
    row.facts = std::move(facts);
    row.vectors = {{std::string(name_of(kPart)),
                    version_of(kPart),
                    {timbre.values.begin(), timbre.values.end()}}};
    row.fingerprint = std::move(fingerprint);
    return songs.add({&row, 1}).front();
  }
  /// Makes songs findable.
  void refresh() { reader.refresh(connection, catalogue::CatalogueReader::Scope::kFull); }

  /// Inserts a completed job with what a worker stores of its track, whose content is `name`.
  void measured(const std::string& id, const std::string& name) {
    this->complete(id);
    catalogue::MeasurementStore store(connection, catalogue::Sharing::kAll);
    auto printable = analysis::any_printable(random);
    printable.timbre = timbre_at(0);
    printable.fingerprint.items = recording();
    const auto run = database.value("SELECT max(id) FROM aura.run WHERE job_id = '" + id + "'");
    auto stored = store.find(content_of(name), "u");
    stored.parts = analysis::wanting_fingerprint(std::move(stored.parts));
    store.store(stored, printable, std::stoll(run));
  }

  analysis::Random random{1};
  catalogue::Catalogue songs{connection};
};

using WithSongs = Songful<Routed>;

}  // namespace aura::http
