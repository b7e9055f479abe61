#include "aura/catalogue/similar.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stop_token>

#include "audio_folder.h"
#include "audio_reader.h"
#include "aura/analysis/fingerprint.h"
#include "aura/analysis/stored.h"
#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/catalogue/job_measurements.h"
#include "aura/catalogue/measured_row.h"
#include "aura/catalogue/settings.h"
#include "cache_options.h"
#include "catalogue_database.h"
#include "input.h"
#include "input_analyzer.h"
#include "similar_folder.h"
#include "song_text.h"

namespace aura::app {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string input;
  int count = 10;
  std::optional<std::string> genre;
  std::optional<double> tempo_within;
  bool json = false;
  std::optional<std::string> folder;
  CacheOptions cache;
};

/// What to find songs for.
struct Track {
  catalogue::SimilarQuery query;
  std::optional<double> tempo_bpm;
};

/// One line for a person: the input, and what is wrong.
class Refusal : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::optional<double> tempo_of(const analysis::Rhythm& rhythm) {
  return rhythm.bpm > 0 ? std::optional(rhythm.bpm) : std::nullopt;
}

Track track_of(const std::string& input, AudioReader& reader) {
  const auto file = reader.open(input);
  const auto measured = reader.measure(file, analysis::wanting_fingerprint());
  const auto tags = reader.decoder().read_tags(file);
  return {.query = {.vectors = catalogue::vectors_of(measured),
                    .contents = {analysis::content_hash(file)},
                    .fingerprint = measured.fingerprint.items,
                    .title = tags.title,
                    .artist = tags.artist,
                    .filter = {}},
          .tempo_bpm = tempo_of(measured.rhythm)};
}

Track track_of_job(const std::string& job_id, postgres::Connection& connection,
                   const queue::QueueTable& table) {
  const auto job = catalogue::find_job_measurements(connection, table, job_id);
  if (!job) throw Refusal("there is no such file, and no such job");
  if (!job->is_completed) throw Refusal("the job is not completed: nothing is known of its sound");
  if (!job->stored || !job->stored->parts.timbre)
    throw Refusal("what was measured of the job's file is not stored: give the file or its URL");
  const auto& rhythm = job->stored->parts.rhythm;
  return {.query = query_for(*job), .tempo_bpm = rhythm ? tempo_of(*rhythm) : std::nullopt};
}

/// Sets what the options and settings say of the search.
void set_search(Track& track, const Options& options,
                const catalogue::CatalogueSettings& settings) {
  auto& query = track.query;
  query.same_artist = settings.same_artist;
  query.floor = settings.similar_floor;
  query.count = static_cast<std::size_t>(options.count);
  query.filter.genre = options.genre;
  if (!options.tempo_within) return;
  if (!track.tempo_bpm) throw Refusal("no tempo was found in it: omit --tempo-within");
  query.filter.min_tempo_bpm = *track.tempo_bpm * (1 - *options.tempo_within / 100);
  query.filter.max_tempo_bpm = *track.tempo_bpm * (1 + *options.tempo_within / 100);
}

std::string shown(const Options& options) {
  return is_url(options.input) ? redact_url(options.input) : one_line(options.input);
}

void tell_of_none(const Options& options, double floor) {
  std::cerr << "aura: " << shown(options) << ": nothing is similar enough (SIMILAR_FLOOR is "
            << floor << ")\n";
}

void print_json(const Options& options, Json hits) {
  const Json line{{"track", is_url(options.input) ? redact_url(options.input) : options.input},
                  {"similarHits", std::move(hits)}};
  std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
}

void print(const Options& options, const std::vector<catalogue::SimilarHit>& hits) {
  if (options.json) {
    auto list = Json::array();
    for (const auto& hit : hits) list.push_back(to_json(hit));
    print_json(options, std::move(list));
    return;
  }
  if (!hits.empty()) std::cout << hits_heading() << "\n";
  for (const auto& hit : hits) std::cout << hit_line(hit) << "\n";
}

void print(const Options& options, const std::vector<FolderHit>& hits) {
  if (options.json) {
    auto list = Json::array();
    for (const auto& hit : hits) {
      Json entry{{"file", hit.path}};
      entry.update(to_json(hit.hit));
      for (const auto* tag : {"song", "artist"})
        if (entry.value(tag, std::string("?")).empty()) entry.erase(tag);
      list.push_back(std::move(entry));
    }
    print_json(options, std::move(list));
    return;
  }
  if (!hits.empty()) std::cout << file_hits_heading() << "\n";
  for (const auto& hit : hits) std::cout << file_hit_line(hit.hit, hit.path) << "\n";
}

/// Returns whether there is an index to search in. Throws Refusal if it is too large.
bool check(const catalogue::ReaderStatus& status, const Options& options,
           const catalogue::CatalogueSettings& settings) {
  if (status.stale > 0)
    std::cerr << "aura: " << counted(status.stale, "song is", "songs are")
              << " left out, with vectors of another version: run `aura catalogue remeasure`\n";
  if (status.state == catalogue::IndexState::kTooLarge)
    throw Refusal("the catalogue needs more than " + std::to_string(settings.max_bytes >> 20U) +
                  " MB of memory: raise CATALOGUE_MAX_MB, or set CATALOGUE_INDEX to pgvector");
  if (status.state == catalogue::IndexState::kUnavailable) throw Refusal(status.problem);
  if (status.state == catalogue::IndexState::kReady) return true;
  std::cerr << "aura: the catalogue is empty: bring songs with `aura catalogue import`\n";
  print(options, std::vector<catalogue::SimilarHit>());
  return false;
}

int search_catalogue(const Options& options) {
  AudioReader reader(Inputs::kAny, ModelOptions{});
  const auto env = Env::load();
  const auto settings = catalogue::read_catalogue_settings(env);
  const auto database_settings = worker::read_database_settings(env);
  CatalogueDatabase database(database_settings);
  const bool is_file = is_url(options.input) || std::filesystem::exists(options.input);
  auto track =
      is_file ? track_of(options.input, reader)
              : track_of_job(options.input, database.connection,
                             queue::find_queue_table(database.connection, database_settings.table));
  set_search(track, options, settings);
  catalogue::CatalogueReader index(catalogue::shipped_spaces(reader.tags_tracks()),
                                   settings.max_bytes, settings.index);
  index.refresh(database.connection, catalogue::CatalogueReader::Scope::kFull);
  if (!check(index.status(), options, settings)) return 0;
  const auto view = index.view();
  if (!view) throw Refusal("the catalogue can't be searched: start again");
  if (catalogue::find_vector(track.query.vectors, *view->space) == nullptr)
    throw Refusal(catalogue::kMeasuredWithoutModel);
  const auto hits =
      find_similar(*view, database.connection, track.query, analysis::is_same_recording);
  print(options, hits);
  if (hits.empty()) tell_of_none(options, track.query.floor);
  return 0;
}

int search_folder(const Options& options) {
  AudioReader reader(Inputs::kAny, ModelOptions{});
  const auto env = Env::load();
  const auto files = find_audio_files(*options.folder);
  auto track = track_of(options.input, reader);
  set_search(track, options, catalogue::read_catalogue_settings(env));
  const auto cache = open_cache(options.cache);
  const auto hits = find_similar_among(files, catalogue::shipped_spaces(reader.tags_tracks()),
                                       track.query, reader, cache.get(), worker::read_threads(env));
  print(options, hits);
  if (hits.empty()) tell_of_none(options, track.query.floor);
  return 0;
}

int run(const Options& options) try {
  return options.folder ? search_folder(options) : search_catalogue(options);
} catch (const JobError& error) {
  std::cerr << failure_line(options.input, error) << "\n";
  return 1;
} catch (const Refusal& refusal) {
  std::cerr << failure_line(options.input, refusal) << "\n";
  return 1;
}

}  // namespace

void add_similar(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("similar", "Find songs that sound like a track");
  const auto options = std::make_shared<Options>();
  command->add_option("input", options->input, "An audio file, an http(s) URL, or a completed job")
      ->required()
      ->type_name("FILE|URL|JOBID");
  command->add_option("-k", options->count, "Show at most so many songs")
      ->type_name("N")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--genre", options->genre, "Only songs of this genre")->type_name("TEXT");
  command
      ->add_option("--tempo-within", options->tempo_within,
                   "Only songs whose tempo differs by at most so many percent")
      ->type_name("PERCENT")
      ->check(CLI::Range(0.0, 100.0));
  command->add_flag("--json", options->json, "Print one JSON object: track, similarHits");
  auto* folder = command
                     ->add_option("--in", options->folder,
                                  "Search the audio files of this folder, without a database")
                     ->type_name("DIR");
  add_cache_options(*command, options->cache)->needs(folder);
  command->footer(
      "Searches the catalogue: needs DATABASE_URL, or --in. Similarity: 0.68 means that one "
      "random\n"
      "track in 100 sounds as alike, 0.9 one in 10,000. See SIMILAR_FLOOR, SIMILAR_SAME_ARTIST.\n"
      "Exit status: 0 success, 1 the track can't be had or measured, 2 wrong arguments or "
      "settings.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
