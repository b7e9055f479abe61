#include <iostream>
#include <memory>

#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/fetch/url.h"
#include "aura/queue/producer.h"
#include "aura/worker/settings.h"
#include "commands.h"
#include "follow.h"
#include "input.h"

namespace aura::app {
namespace {

struct Options {
  std::vector<std::string> urls;
  std::string title;
  std::string artist;
  std::string genre;
  std::string lyrics;
  std::string user = "aura-cli";
  bool wait = false;
};

int run(const Options& options) {
  const auto env = Env::load();
  const auto lyrics =
      read_lyrics_file(options.lyrics, worker::read_analysis_settings(env).max_lyrics_bytes);
  if (lyrics && lyrics->cut)
    std::cerr << "aura: the lyrics are longer than MAX_LYRICS_KB: only their beginning is sent\n";
  Database database(worker::read_database_settings(env));
  std::vector<std::string> job_ids;
  for (const auto& url : options.urls) {
    queue::Submission submission;
    submission.user_id = options.user;
    submission.track_title = options.title;
    submission.artist_name = options.artist;
    if (!options.genre.empty()) submission.genre = options.genre;
    submission.audio_url = url;
    if (lyrics) submission.lyrics = lyrics->text;
    job_ids.push_back(queue::enqueue(database.connection, database.table, submission));
    std::cout << job_ids.back() << std::endl;
  }
  if (!options.wait) return 0;
  return follow(database, job_ids) ? 0 : 1;
}

/// CLI11's form of a check: an empty string where `text` may go into the database.
std::string check_text(const std::string& text) {
  return find_invalid_utf8(text) ? "not valid UTF-8" : "";
}

/// The worker would fail such a job; saying so at once saves the wait.
std::string check_url(const std::string& url) {
  try {
    fetch::parse_url(url);
    return "";
  } catch (const JobError& error) {
    return error.what();
  }
}

}  // namespace

void add_enqueue(CLI::App& app, Command& chosen) {
  auto* command =
      app.add_subcommand("enqueue", "Insert jobs as a web app does, and print each jobId");
  const auto options = std::make_shared<Options>();
  command->add_option("url", options->urls, "http(s) URLs of audio files")
      ->required()
      ->check(check_url)
      ->type_name("URL");
  command->add_option("--title", options->title, "Title of the track")
      ->required()
      ->check(check_text);
  command->add_option("--artist", options->artist, "Name of the artist")
      ->required()
      ->check(check_text);
  command->add_option("--genre", options->genre, "Genre of the track")->check(check_text);
  command->add_option("--lyrics", options->lyrics, "A UTF-8 text file with the lyrics")
      ->type_name("FILE");
  command->add_option("--user", options->user, "The userId of the jobs")
      ->capture_default_str()
      ->check(check_text);
  command->add_flag("--wait", options->wait,
                    "Show progress until the jobs end, then print the results");
  command->footer("Needs DATABASE_URL. With --wait, exit status 1: a job failed.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
