#include "aura/page/report.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "aura/base/error.h"
#include "commands.h"
#include "each_file.h"
#include "input_analyzer.h"
#include "page_audio.h"
#include "report_index.h"
#include "result_folder.h"
#include "whole_file.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIndexName = "index.html";

struct Options {
  InputOptions inputs;
  std::string output;
  std::string title;
  std::string artist;
  std::string lyrics;
  PageAudioOptions audio;
};

/// A page, and what it is of.
struct Page {
  std::string html;
  analysis::Report report;
};

std::string html_of(const analysis::Report& report, const Input& input, const Options& options,
                    const std::string& audio) {
  const auto name = title_of(input);
  const bool is_titled = !options.title.empty();
  return page::render_report({.title = is_titled ? options.title : name,
                              .artist = options.artist,
                              .source = is_titled ? name : "",
                              .report_json = analysis::to_json(report),
                              .pictures_json = analysis::to_json(report.measured.pictures),
                              .audio = audio});
}

/// Returns the page of an input, to be written into `folder`. Says before the analysis what is
/// wrong with the sound of the page.
Page page_of(const Input& input, const Options& options, const fs::path& folder,
             InputAnalyzer& analyzer, const analysis::OnProgress& on_step = {},
             const std::stop_token& stop = {}) {
  std::string audio;
  if (options.audio.audio == PageAudio::kLink && !input.problem) audio = audio_link(input, folder);
  const auto file = analyzer.open(input, stop);
  if (options.audio.audio == PageAudio::kEmbed) check_embeddable(file, options.audio);
  Page page{.html = {}, .report = analyzer.analyze(file, on_step, stop).report};
  if (options.audio.audio == PageAudio::kEmbed) audio = audio_data(file);
  page.html = html_of(page.report, input, options, audio);
  return page;
}

/// Returns the folder of the page at `output`; of what is no file, such as a pipe, the working
/// directory.
fs::path folder_of(const std::string& output) {
  std::error_code failure;
  if (fs::exists(output, failure) && !fs::is_regular_file(output, failure))
    return fs::current_path();
  return fs::weakly_canonical(output, failure).parent_path();
}

int write_page(const Options& options, const std::vector<Input>& inputs) {
  const auto& input = inputs.front();
  std::error_code no_such_file;
  if (fs::equivalent(input.name, options.output, no_such_file))
    throw std::runtime_error("the page would overwrite the track: give -o another name");
  InputAnalyzer analyzer(inputs, options.lyrics);
  std::string page;
  try {
    TerminalProgress percent(title_of(input));
    page = page_of(input, options, folder_of(options.output), analyzer, [&](int reached) {
             percent.show(reached);
           }).html;
  } catch (const std::exception& error) {
    std::cerr << failure_line(input.name, error) << "\n";
    return 1;
  }
  write_whole(options.output, [&](std::ostream& file, const fs::path&) { file << page; });
  return 0;
}

/// Writes a page per input into a folder, and an index that leads to them. Not thread-safe.
class Pages {
 public:
  Pages(const Options& options, const std::vector<Input>& inputs)
      : options_(options),
        inputs_(inputs),
        analyzer_(inputs, options.lyrics),
        folder_(options.output, inputs, ".html", kIndexName),
        progress_("tracks", inputs.size(), Progress::Where::kTerminal),
        entries_(inputs.size()) {}

  /// Returns the exit status.
  int write() {
    std::size_t failed = 0;
    for_each_file(
        inputs_.size(), options_.inputs.thread_count(), progress_,
        {.work = [this](std::size_t place, const std::stop_token& stop) { write(place, stop); },
         .show =
             [&](std::size_t place) {
               if (entries_[place].problem.empty()) return;
               ++failed;
               progress_.say(
                   failure_line(inputs_[place].name, std::runtime_error(entries_[place].problem)));
             }});
    progress_.clear();
    folder_.write_file(kIndexName, index_html(entries_));
    return failed == 0 ? 0 : 1;
  }

 private:
  void write(std::size_t place, const std::stop_token& stop) {
    const auto& input = inputs_[place];
    auto& entry = entries_[place];
    try {
      const auto name = folder_.name_of(place);
      const auto folder = (fs::path(options_.output) / name).parent_path();
      const auto page = page_of(input, options_, folder, analyzer_, {}, stop);
      folder_.write(place, page.html);
      entry = entry_of(page.report, title_of(input), name);
    } catch (const audio::DecoderLost&) {
      throw;
    } catch (const std::exception& error) {
      entry.title = title_of(input);
      entry.problem = error.what();
    }
  }

  const Options& options_;
  const std::vector<Input>& inputs_;
  InputAnalyzer analyzer_;
  ResultFolder folder_;
  Progress progress_;
  std::vector<IndexEntry> entries_;
};

int run(const Options& options) {
  const auto inputs = find_inputs(options.inputs);
  std::error_code failure;
  const bool is_folder = inputs.size() > 1 || fs::is_directory(options.output, failure);
  if (!is_folder) return write_page(options, inputs);
  if (inputs.size() > 1 &&
      !(options.title.empty() && options.artist.empty() && options.lyrics.empty()))
    throw ConfigError("--title, --artist and --lyrics belong to one track: give a single input");
  return Pages(options, inputs).write();
}

}  // namespace

void add_report(CLI::App& app, Command& chosen) {
  auto* command =
      app.add_subcommand("report", "Analyse tracks, and write the results as web pages");
  const auto options = std::make_shared<Options>();
  add_input_options(*command, options->inputs);
  command
      ->add_option("-o,--output", options->output,
                   "File to write; of several tracks the folder for their pages and index.html. "
                   "An existing file is replaced after the analysis")
      ->required()
      ->type_name("FILE.html|DIR");
  command->add_option("--title", options->title, "Title of the track; default: the file's name")
      ->type_name("TEXT");
  command->add_option("--artist", options->artist, "Name of the artist")->type_name("TEXT");
  command->add_option("--lyrics", options->lyrics, "A UTF-8 text file with the lyrics")
      ->type_name("FILE");
  add_page_audio_options(*command, options->audio);
  command->footer(
      "Each page is a single file that you can open, mail and keep.\n"
      "Exit status: 0 if every page was written, 1 if not, 2 for wrong arguments or settings.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
