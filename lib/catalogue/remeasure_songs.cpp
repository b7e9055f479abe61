#include <algorithm>
#include <utility>

#include "aura/analysis/stored.h"
#include "aura/catalogue/import_songs.h"
#include "aura/catalogue/in_parallel.h"
#include "aura/catalogue/measured_row.h"
#include "import_lanes.h"
#include "measuring.h"

namespace aura::catalogue {
namespace {

constexpr std::string_view kJob = "job ";

class Remeasurer {
 public:
  Remeasurer(const postgres::DatabaseUrl& database, const AudioAccess& audio,
             const ImportOptions& options)
      : audio_(audio),
        options_(options),
        lanes_(database, options.wanted, Measuring::threads_for(options.threads)),
        measuring_(audio, options.threads) {}

  /// Gives the row `place` the wanted vectors. Returns why that can't be; else nothing.
  std::string remeasure(const CatalogueRow& row, std::size_t place, const std::stop_token& stop) {
    auto& lane = lanes_.of(place);
    // Whether or not jobs use the store: a marked job's measurements are there.
    const auto stored = lane.find_stored(row.content, true);
    auto vectors = vectors_of(stored.parts);
    const bool is_timbre = !vectors.empty();
    const bool is_whole = has_all(vectors);
    if (is_timbre) {  // also if the rest can't be had
      lane.add({.content = row.content,
                .song = row.song,
                .facts = row.facts,
                .vectors = std::move(vectors),
                .fingerprint = stored.parts.fingerprint ? stored.parts.fingerprint->items
                                                        : std::vector<std::uint32_t>()});
    }
    if (is_whole) return {};
    if (row.song.origin.starts_with(kJob)) {
      return std::string("its job was measured ") +
             (is_timbre ? "before the model was there" : "by another release") +
             ": analyse its audio again, and mark that job";
    }
    const auto file = audio_.open(row.song.origin, stop);
    if (analysis::content_hash(file) != row.content)
      return "its audio has changed: import it again";
    const auto measured = measuring_.measure(file, row.content, stored.parts, stop);
    if (options_.uses_store) lane.store(stored, measured);
    lane.add(make_row(row.content, row.song, measured));
    return {};
  }

 private:
  bool has_all(const std::vector<RawVector>& vectors) const {
    return std::ranges::all_of(options_.wanted, [&](const analysis::Space& space) {
      return find_vector(vectors, space) != nullptr;
    });
  }

  const AudioAccess& audio_;
  const ImportOptions& options_;
  ImportLanes lanes_;
  Measuring measuring_;
};

}  // namespace

void remeasure_songs(const postgres::DatabaseUrl& database, std::span<const CatalogueRow> rows,
                     const AudioAccess& audio, const ImportOptions& options,
                     const OnRemeasured& on_remeasured, const std::stop_token& stop) {
  Remeasurer remeasurer(database, audio, options);
  Mutex telling;
  in_parallel(rows.size(), Measuring::threads_for(options.threads), stop,
              [&](std::size_t place, const std::stop_token& token) {
                std::string refusal;
                const auto failure =
                    problem_in([&] { refusal = remeasurer.remeasure(rows[place], place, token); });
                const Lock lock(telling);
                if (on_remeasured) on_remeasured(rows[place], failure.empty() ? refusal : failure);
              });
}

}  // namespace aura::catalogue
