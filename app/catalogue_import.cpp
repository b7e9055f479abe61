#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "audio_folder.h"
#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/catalogue/import_file.h"
#include "aura/catalogue/import_rows.h"
#include "bring_songs.h"
#include "catalogue_database.h"
#include "each_file.h"
#include "input_analyzer.h"
#include "progress.h"
#include "song_text.h"
#include "tag_song.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

struct ImportFile {
  std::string path;
  bool is_dry_run = false;
};

/// Returns the songs of an import file. Names its bad lines on standard error.
FoundSongs read_songs(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code failure;
  if (!file || fs::is_directory(path, failure))
    throw std::runtime_error(one_line(path) + ": there is no such file, or it can't be read");
  const auto folder = fs::canonical(path).parent_path();
  FoundSongs found;
  const auto refuse = [&](std::uint64_t line, const std::string& reason) {
    std::cerr << "aura: line " << line << ": " << reason << "\n";
    ++found.bad;
  };
  catalogue::ImportReader reader(file);
  while (const auto next = reader.next()) {
    if (const auto* problem = std::get_if<catalogue::ImportProblem>(&*next)) {
      refuse(problem->line, problem->reason);
      continue;
    }
    auto song = catalogue::to_song(std::get<catalogue::ImportRow>(*next), folder);
    if (const auto* bad = std::get_if<catalogue::BadRow>(&song)) {
      refuse(reader.line(), bad->reason);
    } else {
      found.songs.push_back({.name = "line " + std::to_string(reader.line()),
                             .song = std::move(std::get<catalogue::Song>(song))});
    }
  }
  for (const auto& warning : reader.warnings()) std::cerr << "aura: " << warning << "\n";
  return found;
}

int import(const ImportFile& options) {
  AudioReader reader(Inputs::kAny, ModelOptions{});
  try {
    const auto found = read_songs(options.path);
    return bring_songs(found, reader, Env::load(), options.is_dry_run);
  } catch (const catalogue::BadImportFile& error) {
    throw std::runtime_error(one_line(options.path) + ": " + error.what());
  }
}

struct AddFolder {
  std::string folder;
  std::string artist;
  std::string genre;
  bool is_dry_run = false;
};

/// Finds songs in a folder by their tags. Not thread-safe.
class TaggedSongs {
 public:
  TaggedSongs(const AddFolder& options, AudioReader& reader) : options_(options), reader_(reader) {}

  FoundSongs find(int threads) {
    const auto files = find_audio_files(options_.folder);
    std::vector<std::optional<catalogue::SongToImport>> songs(files.size());
    FoundSongs found;
    Progress progress("files looked at", files.size());
    std::vector<std::string> problems(files.size());
    for_each_file(files.size(), static_cast<std::size_t>(threads), progress,
                  {.work =
                       [&](std::size_t place, const std::stop_token& stop) {
                         problems[place] = look_at(files[place], songs[place], stop);
                       },
                   .show =
                       [&](std::size_t place) {
                         if (problems[place].empty()) {
                           found.songs.push_back(std::move(*songs[place]));
                         } else {
                           ++found.bad;
                           progress.say("aura: " + one_line(files[place]) + ": " + problems[place]);
                         }
                       }});
    return found;
  }

 private:
  /// Returns why the file can't be added; empty if it can.
  std::string look_at(const std::string& path, std::optional<catalogue::SongToImport>& song,
                      const std::stop_token& stop) const try {
    auto tagged = song_of(reader_.decoder().read_tags(reader_.open(path, stop), stop));
    if (tagged.artist.empty()) tagged.artist = options_.artist;
    if (!tagged.genre && !options_.genre.empty()) tagged.genre = options_.genre;
    if (tagged.song.empty()) return "its tags name no title: add one, or use `import` with a file";
    if (tagged.artist.empty()) return "its tags name no artist: add one, or use --artist";
    tagged.origin = fs::weakly_canonical(path).string();
    if (const auto problem = problem_of(tagged)) return *problem;
    song = {.name = path, .song = std::move(tagged)};
    return {};
  } catch (const audio::DecoderLost&) {
    throw;
  } catch (const JobError& error) {
    return error.what();
  }

  const AddFolder& options_;
  AudioReader& reader_;
};

int add(const AddFolder& options) {
  AudioReader reader(Inputs::kAny, ModelOptions{});
  const auto env = Env::load();
  const auto found = TaggedSongs(options, reader).find(worker::read_threads(env));
  return bring_songs(found, reader, env, options.is_dry_run);
}

int remeasure() {
  AudioReader reader(Inputs::kAny, ModelOptions{});
  const auto env = Env::load();
  const auto import = import_options(env, reader);
  const auto settings = worker::read_database_settings(env);
  CatalogueDatabase database(settings);
  constexpr int kPage = 500;
  std::int64_t done = 0;
  std::int64_t failed = 0;
  catalogue::RowId after = 0;
  while (true) {
    const auto rows = database.catalogue.read_stale_rows(import.wanted, after, kPage);
    if (rows.empty()) break;
    after = rows.back().id;
    Progress progress("songs", rows.size());
    remeasure_songs(settings.url, rows, reader.access(), import,
                    [&](const catalogue::CatalogueRow& row, const std::string& problem) {
                      ++(problem.empty() ? done : failed);
                      if (!problem.empty())
                        progress.say("aura: song " + std::to_string(row.id) + " (" +
                                     one_line(row.song.song, 60) + " by " +
                                     one_line(row.song.artist, 60) + ", " +
                                     origin_text(row.song.origin) + "): " + problem);
                      progress.advance();
                    });
  }
  std::cout << "remeasured " << counted(done, "song", "songs") << ", left out " << failed << "\n";
  return failed == 0 ? 0 : 1;
}

}  // namespace

void add_catalogue_import(CLI::App& catalogue, Command& chosen) {
  auto* command = catalogue.add_subcommand("import", "Add the songs that a file lists");
  const auto options = std::make_shared<ImportFile>();
  command->add_option("file", options->path, "CSV with a heading, or JSON Lines, in UTF-8")
      ->required()
      ->type_name("FILE.csv|FILE.jsonl");
  command->add_flag("--dry-run", options->is_dry_run,
                    "Only say what is wrong with the lines. Needs no database, downloads nothing");
  command->footer(
      "Columns: song, artist, year, audio; optional: genre, isrc, spotifyUrl, imageUrl, chart,\n"
      "week, position, streams. audio is a path, relative to the file's folder, or an http(s) "
      "URL.\n"
      "Bad lines are named and left out. Run the command again after an interruption: files that\n"
      "were measured are not measured again, and URLs of the catalogue are not fetched again.\n"
      "Exit status: 0 success, 1 a line was bad, 2 wrong arguments or settings.");
  command->callback([&chosen, options] { chosen = [options] { return import(*options); }; });
}

void add_catalogue_add(CLI::App& catalogue, Command& chosen) {
  auto* command = catalogue.add_subcommand(
      "add", "Add the audio files of a folder, with title and artist of their tags");
  const auto options = std::make_shared<AddFolder>();
  command->add_option("folder", options->folder, "A folder; folders below it count too")
      ->required()
      ->type_name("DIR");
  command->add_option("--artist", options->artist, "Artist of files whose tags name none")
      ->type_name("TEXT");
  command->add_option("--genre", options->genre, "Genre of files whose tags name none")
      ->type_name("TEXT");
  command->add_flag("--dry-run", options->is_dry_run,
                    "Only say which files can't be added. Needs no database");
  command->footer(
      "Files without a title or an artist are named and left out.\n"
      "Exit status: 0 success, 1 a file was left out, 2 wrong arguments or settings.");
  command->callback([&chosen, options] { chosen = [options] { return add(*options); }; });
}

void add_catalogue_remeasure(CLI::App& catalogue, Command& chosen) {
  auto* command = catalogue.add_subcommand(
      "remeasure", "Measure songs again that lack a vector, or have one of another version");
  command->footer(
      "Takes stored measurements, or else the file or URL that the song came from. Exit status 1:\n"
      "a song is left out, because its audio can't be had or has changed.");
  command->callback([&chosen] { chosen = remeasure; });
}

}  // namespace aura::app
