#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/measured_row.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/catalogue/resident_index.h"
#include "aura/catalogue/settings.h"
#include "aura/catalogue/similar.h"
#include "catalogue_database.h"
#include "input.h"
#include "load_tagger.h"
#include "song_text.h"

namespace aura::app {

CatalogueDatabase::CatalogueDatabase(const worker::DatabaseSettings& settings)
    : connection(settings.url), catalogue(connection) {
  tell_notes(settings);
  if (!catalogue.exists())
    throw ConfigError(
        "the database has no catalogue: create it with `aura migrate`, once all workers are of "
        "this release");
}

std::string counted(std::int64_t count, const std::string& one, const std::string& more) {
  return std::to_string(count) + " " + (count == 1 ? one : more);
}

namespace {

using Json = nlohmann::ordered_json;
using catalogue::RowId;

constexpr int kPage = 500;
/// measure_hubs() takes time by the square of these.
constexpr int kRowsOfHubs = 2000;

struct ListOptions {
  std::string search;
  bool json = false;
};

int list(const ListOptions& options) {
  CatalogueDatabase database(worker::read_database_settings(Env::load()));
  RowId before = 0;
  bool has_heading = false;
  while (true) {
    const auto rows = database.catalogue.list(options.search, before, kPage);
    if (!options.json && !rows.empty() && !std::exchange(has_heading, true))
      std::cout << list_heading() << "\n";
    for (const auto& row : rows) {
      std::cout << (options.json ? to_json(row).dump(-1, ' ', false, Json::error_handler_t::replace)
                                 : list_line(row))
                << "\n";
      before = row.id;
    }
    std::cout << std::flush;
    if (rows.size() < static_cast<std::size_t>(kPage) || !std::cout) break;
  }
  if (!std::cout)
    throw std::runtime_error("standard output can't be written: check the pipe or the disk space");
  return 0;
}

int remove(const std::vector<RowId>& ids) {
  CatalogueDatabase database(worker::read_database_settings(Env::load()));
  int unknown = 0;
  for (const auto id : ids) {
    if (database.catalogue.remove(id)) {
      std::cout << "removed " << id << "\n";
      continue;
    }
    std::cerr << "aura: " << id << ": the catalogue has no such song\n";
    ++unknown;
  }
  return unknown == 0 ? 0 : 1;
}

std::string refusal_of(const catalogue::MarkResult& result) {
  switch (result.outcome) {
    case catalogue::Marked::kAdded:
      return {};
    case catalogue::Marked::kNoJob:
      return "there is no such job";
    case catalogue::Marked::kNotCompleted:
      return "the job is not completed, and only a completed job can be marked";
    case catalogue::Marked::kNoMeasurements:
      return "what was measured of its file is not stored: analyse it again, with CACHE=all or "
             "user";
    case catalogue::Marked::kRefused:
      return "the catalogue refuses it: " + result.problem;
  }
  return {};
}

int mark(const std::vector<std::string>& job_ids) {
  const auto settings = worker::read_database_settings(Env::load());
  CatalogueDatabase database(settings);
  const auto table = queue::find_queue_table(database.connection, settings.table);
  int refused = 0;
  for (const auto& id : job_ids) {
    const auto result = database.catalogue.add_job(table, id);
    if (result.outcome == catalogue::Marked::kAdded) {
      std::cout << one_line(id, 60) << " is song " << result.id << " of the catalogue\n";
      continue;
    }
    std::cerr << "aura: " << one_line(id, 60) << ": " << refusal_of(result) << "\n";
    ++refused;
  }
  return refused == 0 ? 0 : 1;
}

/// All that `stats` shows.
struct Stats {
  catalogue::CatalogueStats counts;
  catalogue::KindInUse in_use;
  std::string kind;
  std::string preferred;        ///< the kind that would be in use if all songs had it
  std::int64_t space_rows = 0;  ///< 0: the shipped space
  std::int64_t hub_rows = 0;
  catalogue::HubStats hubs;
  std::uint64_t index_bytes = 0;
  std::uint64_t max_bytes = 0;
  bool in_database = false;  ///< with pgvector
};

Stats read_stats() {
  const auto env = Env::load();
  CatalogueDatabase database(worker::read_database_settings(env));
  const auto settings = catalogue::read_catalogue_settings(env);
  const auto all = catalogue::shipped_spaces(has_model(env));
  const auto spaces = searchable(all, settings.index);
  Stats stats;
  stats.counts = database.catalogue.stats();
  stats.in_use = database.catalogue.kind_in_use(spaces);
  const auto& shipped = spaces[stats.in_use.place];
  stats.kind = shipped.kind();
  stats.preferred = spaces.front().kind();
  const auto own = database.catalogue.current_space(shipped);
  if (own) stats.space_rows = own->rows;
  const auto sample = database.catalogue.sample_vectors(shipped, kRowsOfHubs);
  stats.hub_rows = static_cast<std::int64_t>(sample.size());
  if (sample.size() > 1) stats.hubs = catalogue::measure_hubs(own ? own->space : shipped, sample);
  stats.index_bytes = static_cast<std::uint64_t>(stats.in_use.rows - stats.in_use.stale) *
                      catalogue::ResidentIndex::bytes_of_row(shipped.size());
  stats.max_bytes = settings.max_bytes;
  stats.in_database = settings.index == catalogue::IndexEngine::kPgvector;
  return stats;
}

std::string number(const char* format, double value) {
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

void print(const Stats& stats) {
  const auto songs = [](std::int64_t count) { return counted(count, "song", "songs"); };
  std::cout << "songs           " << stats.counts.rows << "\n";
  for (const auto& version : stats.counts.versions)
    std::cout << "vectors         " << one_line(version.kind, 40) << ", version " << version.version
              << ": " << songs(version.rows) << "\n";
  std::cout << "compared by     " << stats.kind;
  if (stats.in_use.lacking > 0)
    std::cout << ": " << songs(stats.in_use.lacking) << " without " << stats.preferred
              << ", run `aura catalogue remeasure`";
  std::cout << "\n";
  if (stats.in_use.stale > 0)
    std::cout << "left out        " << songs(stats.in_use.stale)
              << " without a vector of today's version: run `aura catalogue remeasure`\n";
  std::cout << "fingerprints    " << stats.counts.fingerprints << "\n"
            << "space           "
            << (stats.space_rows == 0 ? "the shipped one"
                                      : "of your own, made from " + songs(stats.space_rows))
            << "\nindex           ";
  if (stats.in_database) {
    std::cout << "in the database (CATALOGUE_INDEX)\n";
  } else {
    std::cout << number("%.1f", static_cast<double>(stats.index_bytes) / 1e6) << " MB of "
              << (stats.max_bytes >> 20U) << " (CATALOGUE_MAX_MB)\n";
  }
  if (stats.hub_rows > 1)
    std::cout << "hub skew        " << number("%.2f", stats.hubs.skew) << "\nnever returned  "
              << number("%.1f", 100 * stats.hubs.never_returned) << " % (of "
              << songs(stats.hub_rows) << ")\n";
  if (!stats.counts.genres.empty()) std::cout << "genres\n";
  for (const auto& genre : stats.counts.genres)
    std::cout << "  " << (genre.genre.empty() ? "(none)" : one_line(genre.genre, 60)) << ": "
              << genre.rows << "\n";
}

Json to_json(const Stats& stats) {
  Json json{{"songs", stats.counts.rows},       {"kind", stats.kind},
            {"preferredKind", stats.preferred}, {"lacking", stats.in_use.lacking},
            {"leftOut", stats.in_use.stale},    {"fingerprints", stats.counts.fingerprints}};
  json["vectors"] = Json::array();
  for (const auto& version : stats.counts.versions)
    json["vectors"].push_back(
        {{"kind", version.kind}, {"version", version.version}, {"songs", version.rows}});
  json["genres"] = Json::array();
  for (const auto& genre : stats.counts.genres)
    json["genres"].push_back(
        {{"genre", genre.genre.empty() ? Json() : Json(genre.genre)}, {"songs", genre.rows}});
  json["ownSpaceSongs"] = stats.space_rows == 0 ? Json() : Json(stats.space_rows);
  json["indexBytes"] = stats.index_bytes;
  json["indexMaxBytes"] = stats.max_bytes;
  if (stats.hub_rows > 1) {
    json["hubSkew"] = stats.hubs.skew;
    json["neverReturned"] = stats.hubs.never_returned;
    json["hubSongs"] = stats.hub_rows;
  }
  return json;
}

int stats(bool json) {
  const auto stats = read_stats();
  if (json) {
    std::cout << to_json(stats).dump() << "\n";
  } else {
    print(stats);
  }
  return 0;
}

void tell_of_pgvector(const Env& env) {
  if (catalogue::read_catalogue_settings(env).index == catalogue::IndexEngine::kPgvector)
    std::cout << "pgvector follows with `aura migrate --with-pgvector`\n";
}

int tune(bool is_shipped) {
  const auto env = Env::load();
  CatalogueDatabase database(worker::read_database_settings(env));
  const auto all = catalogue::shipped_spaces(has_model(env));
  const auto spaces = searchable(all, catalogue::read_catalogue_settings(env).index);
  const auto& shipped = spaces[database.catalogue.kind_in_use(spaces).place];
  if (is_shipped) {
    database.catalogue.use_shipped_space(shipped);
    std::cout << "the shipped space of " << shipped.kind() << " is in use\n";
    tell_of_pgvector(env);
    return 0;
  }
  const auto own = database.catalogue.tune(shipped);
  std::cout << "space " << own.id << " of " << shipped.kind() << ", made from "
            << counted(own.rows, "song", "songs")
            << ", is in use: similarities of later searches may differ\n";
  tell_of_pgvector(env);
  return 0;
}

void add_list(CLI::App& parent, Command& chosen) {
  auto* command = parent.add_subcommand("list", "List songs, the newest first");
  const auto options = std::make_shared<ListOptions>();
  command->add_option("--search", options->search, "Only songs with this text in song or artist")
      ->type_name("TEXT");
  command->add_flag("--json", options->json, "Print JSON, one line per song");
  command->callback([&chosen, options] { chosen = [options] { return list(*options); }; });
}

void add_remove(CLI::App& parent, Command& chosen) {
  auto* command = parent.add_subcommand("remove", "Remove songs: no job finds them any more");
  const auto ids = std::make_shared<std::vector<RowId>>();
  command->add_option("id", *ids, "Songs to remove: the ids that `aura catalogue list` shows")
      ->required()
      ->type_name("ID");
  command->callback([&chosen, ids] { chosen = [ids] { return remove(*ids); }; });
}

void add_mark(CLI::App& parent, Command& chosen) {
  auto* command =
      parent.add_subcommand("mark", "Add completed jobs: their title, artist and measurements");
  const auto job_ids = std::make_shared<std::vector<std::string>>();
  command->add_option("jobId", *job_ids, "Completed jobs")->required()->type_name("JOBID");
  command->footer("A job becomes a song of the catalogue by this command only.");
  command->callback([&chosen, job_ids] { chosen = [job_ids] { return mark(*job_ids); }; });
}

void add_stats(CLI::App& parent, Command& chosen) {
  auto* command =
      parent.add_subcommand("stats", "Count songs, genres and versions, and measure hubs");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print one JSON object");
  command->footer(
      "Hub skew says how uneven it is which songs are found: near 0 is even. 'never returned' is\n"
      "the share of songs that no other song has among its ten most similar.");
  command->callback([&chosen, json] { chosen = [json] { return stats(*json); }; });
}

void add_tune(CLI::App& parent, Command& chosen) {
  auto* command =
      parent.add_subcommand("tune", "Make a space of your own from at least 500 songs, and use it");
  const auto is_shipped = std::make_shared<bool>(false);
  command->add_flag("--shipped", *is_shipped, "Use the shipped space again");
  command->footer("A space says what is usual in your catalogue, and so what is similar.");
  command->callback([&chosen, is_shipped] { chosen = [is_shipped] { return tune(*is_shipped); }; });
}

}  // namespace

void add_catalogue(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand(
      "catalogue", "Bring songs that jobs find as similar hits, list and remove them");
  command->require_subcommand(1);
  command->footer(
      "Needs DATABASE_URL. 'aura catalogue COMMAND --help' lists the options of a command.\n"
      "Exit status: 0 success, 1 something failed, 2 wrong arguments or settings.");
  add_catalogue_import(*command, chosen);
  add_catalogue_add(*command, chosen);
  add_mark(*command, chosen);
  add_list(*command, chosen);
  add_remove(*command, chosen);
  add_stats(*command, chosen);
  add_tune(*command, chosen);
  add_catalogue_remeasure(*command, chosen);
  add_catalogue_export(*command, chosen);
}

}  // namespace aura::app
