#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "aura/base/error.h"
#include "beat_labels.h"
#include "cache_options.h"
#include "commands.h"
#include "each_file.h"
#include "file_tagger.h"
#include "input_analyzer.h"
#include "result_folder.h"
#include "results.h"
#include "whole_file.h"

namespace aura::app {
namespace {

struct Options {
  InputOptions inputs;
  std::string lyrics;
  ResultOptions results;
  std::optional<std::string> folder;
  std::optional<std::string> beats;
  CacheOptions cache;
  ModelOptions models;
  bool writes_tags = false;
  bool overwrites_tags = false;
};

/// What came of an input, until it is shown.
struct Outcome {
  std::string text;
  std::string problem;
  bool is_analyzed = false;
  bool is_cache_hit = false;
  bool is_cache_unwritable = false;
  std::optional<TagOutcome> tags{};
};

/// Analyses many inputs at the same time and shows the results in their order. Not thread-safe.
class Batch {
 public:
  Batch(const Options& options, const std::vector<Input>& inputs)
      : options_(options),
        inputs_(inputs),
        analyzer_(inputs, options.lyrics, options.models, open_cache(options.cache)),
        results_(options.results),
        progress_("tracks", inputs.size(), Progress::Where::kTerminal),
        outcomes_(inputs.size()) {
    results_.tells_tags = analyzer_.reader().tags_tracks();
    if (options.writes_tags)
      tagger_.emplace(analyzer_,
                      options.overwrites_tags ? audio::Existing::kReplace : audio::Existing::kKeep);
    if (options.folder) folder_.emplace(*options.folder, inputs, ending_of(results_.format));
  }

  /// Returns the exit status.
  int run() {
    if (!folder_) print(results_heading(results_));
    for_each_file(
        inputs_.size(), options_.inputs.thread_count(), progress_,
        {.work = [this](std::size_t place, const std::stop_token& stop) { analyze(place, stop); },
         .show =
             [this](std::size_t place) {
               show(inputs_[place], std::exchange(outcomes_[place], {}));
             }});
    progress_.clear();
    if (inputs_.size() > 1 && progress_.is_on_terminal()) std::cerr << totals() << "\n";
    if (tagger_) std::cerr << tag_totals_.line(inputs_.size()) << "\n";
    return analyzed_ == inputs_.size() && tag_totals_.is_whole() ? 0 : 1;
  }

 private:
  void analyze(std::size_t place, const std::stop_token& stop) {
    const auto& input = inputs_[place];
    auto& outcome = outcomes_[place];
    try {
      const auto analyzed = analyze_now(input, stop);
      outcome.is_cache_hit = analyzed.is_cache_hit;
      outcome.is_cache_unwritable = analyzed.is_cache_unwritable;
      if (options_.beats)
        write_whole(*options_.beats, [&](std::ostream& file, const auto& /*folder*/) {
          file << beat_labels(analyzed.report.measured.rhythm);
        });
      outcome.text = result_text(input, analyzed, results_);
      if (folder_)
        folder_->write(place, results_heading(results_) + std::exchange(outcome.text, {}));
      outcome.is_analyzed = true;
      if (tagger_) outcome.tags = tagger_->tag(input, analyzed, stop);
    } catch (const audio::DecoderLost&) {
      throw;
    } catch (const std::exception& error) {
      outcome.problem = failure_line(input.name, error);
      if (!folder_) outcome.text = failure_text(input, error, results_);
    }
  }

  Analyzed analyze_now(const Input& input, const std::stop_token& stop) {
    if (inputs_.size() > 1) return analyzer_.analyze(input, {}, stop);
    TerminalProgress percent(title_of(input));
    return analyzer_.analyze(
        input, [&](int reached) { percent.show(reached); }, stop);
  }

  void show(const Input& input, const Outcome& outcome) {
    print(outcome.text);
    if (!outcome.problem.empty()) progress_.say(outcome.problem);
    if (outcome.tags) tag_totals_.add(*outcome.tags);
    if (outcome.tags && !outcome.tags->reason.empty())
      progress_.say(
          failure_line(input.name, std::runtime_error("no tags written: " + outcome.tags->reason)));
    if ((outcome.is_cache_unwritable || (outcome.tags && outcome.tags->is_cache_unwritable)) &&
        !std::exchange(has_warned_, true))
      progress_.say(unwritable_cache_line("the analysis continues"));
    if (outcome.is_analyzed) ++analyzed_;
    if (outcome.is_cache_hit) ++hits_;
  }

  void print(const std::string& text) {
    if (text.empty()) return;
    progress_.clear();
    if (!(std::cout << text << std::flush))
      throw std::runtime_error(
          "standard output can't be written: check the pipe or the free disk space");
  }

  std::string totals() const {
    auto text = "aura: " + std::to_string(analyzed_) + " of " + std::to_string(inputs_.size()) +
                " tracks analysed in " + duration_text(progress_.elapsed());
    if (options_.cache.folder) text += ", " + std::to_string(hits_) + " of them from the cache";
    if (analyzed_ < inputs_.size())
      text += "; " + std::to_string(inputs_.size() - analyzed_) + " failed";
    return text;
  }

  const Options& options_;
  const std::vector<Input>& inputs_;
  InputAnalyzer analyzer_;
  ResultOptions results_;
  Progress progress_;
  std::optional<ResultFolder> folder_;
  std::optional<FileTagger> tagger_;
  TagTotals tag_totals_;
  std::vector<Outcome> outcomes_;
  std::size_t analyzed_ = 0;
  std::size_t hits_ = 0;
  bool has_warned_ = false;
};

int run(Options options) {
  const auto inputs = find_inputs(options.inputs);
  if (!options.lyrics.empty() && inputs.size() > 1)
    throw ConfigError(
        "--lyrics belongs to one track: give a single input, and the others in runs of their own");
  if (options.beats && inputs.size() > 1)
    throw ConfigError("--beats writes the beats of one track: give a single input");
  if (options.results.for_spreadsheet && options.results.format != Format::kCsv)
    throw ConfigError("--for-spreadsheet is for CSV: add --format csv");
  if (options.results.missing != analysis::Missing::kNull &&
      options.results.format != Format::kSpotify)
    throw ConfigError("--missing is for Spotify's shape: add --format spotify");
  if (options.overwrites_tags && !options.writes_tags)
    throw ConfigError("--overwrite is for tags: add --write-tags");
  options.results.tells_cache = options.cache.folder.has_value();
  return Batch(options, inputs).run();
}

void add_result_options(CLI::App& command, Options& options) {
  static const std::map<std::string, Format> formats{{"text", Format::kText},
                                                     {"json", Format::kJson},
                                                     {"csv", Format::kCsv},
                                                     {"spotify", Format::kSpotify}};
  static const std::map<std::string, analysis::Missing> ways{{"null", analysis::Missing::kNull},
                                                             {"omit", analysis::Missing::kOmit}};
  auto& results = options.results;
  auto* format = command
                     .add_option("--format", results.format,
                                 "How to print results. json: a line per input, in order: file, "
                                 "sha256, then the keys of fullReport, or error {code, message} "
                                 "if the input failed. spotify: the same with the keys of "
                                 "Spotify's audio features")
                     ->type_name("text|json|csv|spotify")
                     ->transform(CLI::CheckedTransformer(formats).description(""));
  command
      .add_flag_callback(
          "--json", [&results] { results.format = Format::kJson; }, "As --format json")
      ->excludes(format);
  command.add_flag("--for-spreadsheet", results.for_spreadsheet,
                   "In CSV, begin cells that a spreadsheet takes for formulas with an apostrophe");
  command
      .add_option("--missing", results.missing,
                  "In Spotify's shape, what becomes of values that AURA can't tell")
      ->type_name("null|omit")
      ->transform(CLI::CheckedTransformer(ways).description(""));
  command
      .add_option("-o,--output", options.folder,
                  "Write a file per input into this folder, in the folders that the inputs are "
                  "in. Files of earlier runs are replaced")
      ->type_name("DIR");
}

}  // namespace

void add_analyze(CLI::App& app, Command& chosen) {
  auto* command =
      app.add_subcommand("analyze", "Analyse files, folders or URLs, without a database");
  const auto options = std::make_shared<Options>();
  add_input_options(*command, options->inputs);
  command->add_option("--lyrics", options->lyrics, "A UTF-8 text file with the lyrics of the track")
      ->type_name("FILE");
  command
      ->add_option("--beats", options->beats,
                   "Write the beats of the track as labels for Audacity into this file")
      ->type_name("FILE");
  add_result_options(*command, *options);
  add_cache_options(*command, options->cache);
  add_model_options(*command, options->models);
  command->add_flag("--write-tags", options->writes_tags,
                    "Write tempo, key and ReplayGain into the tags of the files; never changes "
                    "their sound. Tags that are there stay");
  command->add_flag("--overwrite", options->overwrites_tags,
                    "With --write-tags, replace tags that are there");
  command->footer(
      "Files need no setting and no .env; MAX_AUDIO_MB, MAX_AUDIO_MINUTES, AURA_SANDBOX and those\n"
      "of models of the environment count. URLs follow all settings.\n"
      "Exit status: 0 if every input was analysed, 1 if an input failed or got no tags,\n"
      "2 for wrong arguments or settings.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
