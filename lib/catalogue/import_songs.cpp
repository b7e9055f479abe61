#include "aura/catalogue/import_songs.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "aura/analysis/stored.h"
#include "aura/catalogue/import_rows.h"
#include "aura/catalogue/in_parallel.h"
#include "aura/catalogue/measured_row.h"
#include "content_turns.h"
#include "import_lanes.h"
#include "measuring.h"
#include "rows.h"

namespace aura::catalogue {
namespace {

/// Songs of one origin, by their places in the import.
using Group = std::vector<std::size_t>;

/// Returns the songs by origin, in the order of each group's first song.
std::vector<Group> group_by_origin(std::span<const SongToImport> songs) {
  std::unordered_map<std::string_view, std::size_t> places;
  std::vector<Group> groups;
  for (std::size_t i = 0; i < songs.size(); ++i) {
    const auto [place, is_new] = places.try_emplace(songs[i].song.origin, groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(i);
  }
  return groups;
}

bool has_same_texts(Song a, Song b) {
  a.charts.clear();
  b.charts.clear();
  a.origin.clear();
  b.origin.clear();
  return a == b;
}

/// Adds `further`, whose entries replace those of the same week.
void add_charts(std::vector<ChartEntry>& charts, const std::vector<ChartEntry>& further) {
  for (const auto& entry : further) {
    const auto place = std::ranges::find_if(charts, [&](const ChartEntry& each) {
      return each.chart == entry.chart && each.week == entry.week;
    });
    if (place == charts.end()) {
      charts.push_back(entry);
    } else {
      *place = entry;
    }
  }
}

class Importer {
 public:
  Importer(const postgres::DatabaseUrl& database, std::span<const SongToImport> songs,
           const AudioAccess& audio, const ImportOptions& options, const OnImported& on_imported)
      : songs_(songs),
        audio_(audio),
        options_(options),
        on_imported_(on_imported),
        lanes_(database, options.wanted, Measuring::threads_for(options.threads)),
        measuring_(audio, options.threads) {}

  void run(const std::stop_token& stop) {
    if (std::ranges::any_of(songs_,
                            [](const auto& each) { return is_url_origin(each.song.origin); }))
      known_urls_ = lanes_.of(0).list_origins();
    const auto groups = group_by_origin(songs_);
    in_parallel(groups.size(), Measuring::threads_for(options_.threads), stop,
                [&](std::size_t index, const std::stop_token& token) {
                  import_group(groups[index], lanes_.of(index), token);
                });
  }

 private:
  /// The audio of a group. Its file is opened when it is needed.
  struct Audio {
    std::optional<Spool> file;
    Sha256 content{};
  };

  void import_group(const Group& group, ImportLane& lane, const std::stop_token& stop) {
    const auto first = group.front();
    Song song = songs_[first].song;
    for (const auto place : group) add_charts(song.charts, songs_[place].song.charts);
    ImportResult result;
    const auto problem =
        problem_in([&] { result = import_song(first, std::move(song), lane, stop); });
    if (!problem.empty()) result = {.outcome = Imported::kFailed, .note = problem};
    const Lock lock(telling_);
    for (const auto place : group) {
      if (place != first && problem.empty()) result = duplicate_of(first, place, false);
      if (on_imported_) on_imported_(songs_[place], result);
    }
  }

  /// Imports a song whose place is `place`, with the chart entries of its group.
  ImportResult import_song(std::size_t place, Song song, ImportLane& lane,
                           const std::stop_token& stop) {
    auto audio = find_audio(song.origin, stop);
    ContentTurns::Turn turn(turns_, audio.content, stop);
    auto existing = lane.find(audio.content);
    if (existing) return update(place, song, std::move(*existing), turn, lane);
    const auto outcome = add(std::move(song), audio, lane, stop);
    turn.own(place);
    return {.outcome = outcome, .note = {}};
  }

  Audio find_audio(const std::string& origin, const std::stop_token& stop) const {
    const auto known = known_urls_.find(origin);
    if (known != known_urls_.end()) return {.file = {}, .content = known->second};
    Audio audio{.file = audio_.open(origin, stop), .content = {}};
    audio.content = analysis::content_hash(*audio.file);
    return audio;
  }

  /// Adds a row that the catalogue lacks, or has without a wanted vector.
  Imported add(Song song, Audio& audio, ImportLane& lane, const std::stop_token& stop) {
    if (!audio.file) audio.file = audio_.open(song.origin, stop);  // removed since the start
    const auto stored = lane.find_stored(audio.content, options_.uses_store);
    const auto measured = measuring_.measure(*audio.file, audio.content, stored.parts, stop);
    const bool is_known = is_complete(stored.parts);
    if (is_of_silence(measured.timbre.values)) throw JobError("not_audio", kSilent, Retry::kNo);
    if (options_.uses_store && !is_known) lane.store(stored, measured);
    lane.add(make_row(audio.content, std::move(song), measured));
    return is_known ? Imported::kKnown : Imported::kMeasured;
  }

  /// Gives a row the texts of a song with its audio, unless a song that comes first has given its
  /// own, and the song's chart entries.
  ImportResult update(std::size_t place, const Song& song, MeasuredRow existing,
                      ContentTurns::Turn& turn, ImportLane& lane) const {
    const auto& known = existing.row.song;
    const auto owner = turn.owner();
    auto charts = known.charts;
    add_charts(charts, song.charts);
    const bool gives_texts = !owner || place < *owner;
    Song target = gives_texts ? song : known;
    if (gives_texts) turn.own(place);
    target.charts = std::move(charts);
    const bool is_known = target == known;
    if (!is_known)
      lane.add({.content = existing.row.content,
                .song = std::move(target),
                .facts = existing.row.facts,
                .vectors = std::move(existing.vectors),
                .fingerprint = std::move(existing.fingerprint)});
    if (owner) return duplicate_of(*owner, place, gives_texts);
    return {.outcome = is_known ? Imported::kUnchanged : Imported::kUpdated, .note = {}};
  }

  ImportResult duplicate_of(std::size_t other, std::size_t place, bool gives_texts) const {
    const bool is_same = has_same_texts(songs_[other].song, songs_[place].song);
    return {.outcome = Imported::kDuplicate,
            .note = is_same ? "" : songs_[other].name,
            .gives_texts = gives_texts};
  }

  std::span<const SongToImport> songs_;
  const AudioAccess& audio_;
  const ImportOptions& options_;
  const OnImported& on_imported_;
  ImportLanes lanes_;
  Measuring measuring_;
  std::unordered_map<std::string, Sha256> known_urls_;
  ContentTurns turns_;
  Mutex telling_;
};

}  // namespace

void import_songs(const postgres::DatabaseUrl& database, std::span<const SongToImport> songs,
                  const AudioAccess& audio, const ImportOptions& options,
                  const OnImported& on_imported, const std::stop_token& stop) {
  Importer(database, songs, audio, options, on_imported).run(stop);
}

}  // namespace aura::catalogue
