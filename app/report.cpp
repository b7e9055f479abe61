#include "aura/page/report.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "aura/base/text.h"
#include "commands.h"
#include "input_analyzer.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string input;
  std::string output;
  std::string title;
  std::string artist;
  std::string lyrics;
};

/// Whether all of it was.
bool write_to(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  return !file.fail();
}

/// Beside what is there first, so that a full disk doesn't cost it; to what is no file, a pipe
/// say, as it is. Throws std::runtime_error.
void write(const std::string& path, const std::string& text) {
  std::error_code failure;
  bool is_written = false;
  if (fs::exists(path, failure) && !fs::is_regular_file(path, failure)) {
    is_written = write_to(path, text);
  } else {
    const auto target = fs::weakly_canonical(path, failure);  // of a link, where it leads to
    auto beside = target;
    beside += "." + std::to_string(getpid()) + ".part";
    is_written = write_to(beside, text);
    failure.clear();
    if (is_written) fs::rename(beside, target, failure);
    is_written = is_written && !failure;
    if (!is_written) fs::remove(beside, failure);
  }
  if (!is_written)
    throw std::runtime_error(one_line(path) +
                             " can't be written: check the folder and the free disk space");
}

std::string page_of(const analysis::Report& report, const Options& options) {
  const auto name = track_name(options.input);
  const bool is_titled = !options.title.empty();
  return page::render_report({.title = is_titled ? options.title : name,
                              .artist = options.artist,
                              .source = is_titled ? name : "",
                              .report_json = analysis::to_json(report),
                              .pictures_json = analysis::to_json(report.measured.pictures)});
}

int run(const Options& options) {
  std::error_code no_such_file;
  if (fs::equivalent(options.input, options.output, no_such_file))
    throw std::runtime_error("the page would overwrite the track: give -o another name");
  InputAnalyzer analyzer(options.lyrics);
  std::string page;
  try {
    page = page_of(analyzer.analyze(options.input).report, options);
  } catch (const std::exception& error) {
    std::cerr << failure_line(options.input, error) << "\n";
    return 1;
  }
  write(options.output, page);
  return 0;
}

}  // namespace

void add_report(CLI::App& app, Command& chosen) {
  auto* command =
      app.add_subcommand("report", "Analyse a file or a URL, and write the result as a web page");
  const auto options = std::make_shared<Options>();
  command->add_option("input", options->input, "An audio file or an http(s) URL")
      ->required()
      ->type_name("FILE|URL");
  command
      ->add_option("-o,--output", options->output,
                   "File to write; an existing file is replaced after the analysis")
      ->required()
      ->type_name("FILE.html");
  command->add_option("--title", options->title, "Title of the track; default: the file's name")
      ->type_name("TEXT");
  command->add_option("--artist", options->artist, "Name of the artist")->type_name("TEXT");
  command->add_option("--lyrics", options->lyrics, "A UTF-8 text file with the lyrics")
      ->type_name("FILE");
  command->footer(
      "The page is a single file that you can open, mail and keep.\n"
      "Exit status: 0 if it was written, 1 if not, 2 for wrong arguments or settings.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
