#include "bring_songs.h"

#include <array>
#include <iostream>

#include "aura/analysis/measure.h"
#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/catalogue/import_rows.h"
#include "aura/catalogue/measured_row.h"
#include "aura/catalogue/measurement_store.h"
#include "aura/fetch/url.h"
#include "aura/worker/settings.h"
#include "catalogue_database.h"
#include "load_tagger.h"
#include "progress.h"
#include "song_text.h"

namespace aura::app {
namespace {

using catalogue::Imported;

/// How many songs had each result.
class Counts {
 public:
  void count(Imported outcome) { ++counts_[static_cast<std::size_t>(outcome)]; }
  std::size_t of(Imported outcome) const { return counts_[static_cast<std::size_t>(outcome)]; }

  std::string text(std::size_t bad) const {
    const auto measured = of(Imported::kMeasured);
    const auto added = measured + of(Imported::kKnown);
    return "added " + std::to_string(added) + " (" + std::to_string(measured) +
           " measured now), updated " + std::to_string(of(Imported::kUpdated)) + ", unchanged " +
           std::to_string(of(Imported::kUnchanged)) + ", duplicates " +
           std::to_string(of(Imported::kDuplicate)) + ", bad " +
           std::to_string(bad + of(Imported::kFailed));
  }

 private:
  std::array<std::size_t, 6> counts_{};
};

std::string bad_line(const catalogue::SongToImport& song, const std::string& why) {
  const auto name = one_line(song.name);
  const auto origin = origin_text(song.song.origin);
  return "aura: " + name + (origin.ends_with(name) ? "" : ": " + origin) + ": " + why;
}

/// Returns why the audio of `song` can't be had, as far as can be seen without a download.
std::string problem_of_audio(const std::string& origin, AudioReader& reader) try {
  if (catalogue::is_url_origin(origin)) {
    fetch::parse_url(origin);
  } else {
    reader.open(origin);
  }
  return {};
} catch (const JobError& error) {
  return error.what();
}

int look_at(const FoundSongs& found, AudioReader& reader) {
  std::size_t bad = found.bad;
  for (const auto& song : found.songs) {
    const auto problem = problem_of_audio(song.song.origin, reader);
    if (problem.empty()) continue;
    std::cerr << bad_line(song, problem) << "\n";
    ++bad;
  }
  std::cout << "would import "
            << counted(static_cast<std::int64_t>(found.songs.size() + found.bad - bad), "song",
                       "songs")
            << ", bad " << bad << "; nothing was changed\n";
  return bad == 0 ? 0 : 1;
}

}  // namespace

catalogue::ImportOptions import_options(const Env& env, const AudioReader& reader) {
  return {.threads = worker::read_threads(env),
          .uses_store = worker::read_cache_settings(env).sharing == catalogue::Sharing::kAll &&
                        analysis::has_usual_samples(reader.settings().decode),
          .wanted = catalogue::shipped_spaces(reader.tags_tracks())};
}

int bring_songs(const FoundSongs& found, AudioReader& reader, const Env& env, bool is_dry_run) {
  if (is_dry_run) return look_at(found, reader);
  const auto options = import_options(env, reader);
  const auto settings = worker::read_database_settings(env);
  const CatalogueDatabase database(settings);  // or there is none
  Counts counts;
  Progress progress("songs", found.songs.size());
  const auto on_imported = [&](const catalogue::SongToImport& song,
                               const catalogue::ImportResult& result) {
    counts.count(result.outcome);
    if (result.outcome == Imported::kFailed) progress.say(bad_line(song, result.note));
    if (result.outcome == Imported::kDuplicate && !result.note.empty())
      progress.say(bad_line(song, "the same audio as " + one_line(result.note) +
                                      ", whose song and artist " +
                                      (result.gives_texts ? "do not count" : "count")));
    progress.advance();
  };
  try {
    import_songs(settings.url, found.songs, reader.access(), options, on_imported);
  } catch (const std::exception&) {
    progress.say("aura: " + counts.text(found.bad) +
                 ". The import stops: run it again to continue");
    throw;
  }
  progress.clear();
  std::cout << counts.text(found.bad) << "\n";
  return found.bad + counts.of(Imported::kFailed) == 0 ? 0 : 1;
}

}  // namespace aura::app
