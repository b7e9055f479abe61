#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "aura/analysis/click_file.h"
#include "aura/base/error.h"
#include "cache_options.h"
#include "commands.h"
#include "each_file.h"
#include "input_analyzer.h"
#include "result_folder.h"
#include "whole_file.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  InputOptions inputs;
  std::string output;
  CacheOptions cache;
  bool clicks_only = false;

  analysis::ClickContent content() const {
    return clicks_only ? analysis::ClickContent::kClicks : analysis::ClickContent::kMusicAndClicks;
  }
};

/// What came of an input, until it is shown.
struct Outcome {
  std::string line;
  bool has_failed = false;
  bool is_cache_unwritable = false;
};

/// Writes clicks to where they belong.
using WriteFile = std::function<void(const analysis::ClickFile&)>;

/// Returns "aura: song.mp3: 412 clicks; the music is 6.1 dB quieter, so that nothing clips".
std::string told(const Input& input, const analysis::Rhythm& rhythm, double attenuation_db) {
  const auto beats = rhythm.beats_s.size();
  auto line = "aura: " + title_of(input) + ": " + std::to_string(beats) + " clicks";
  if (beats == analysis::kMaxBeats) line += " (later beats were not measured)";
  if (attenuation_db <= 0) return line;
  std::array<char, 50> level{};
  std::snprintf(level.data(), level.size(), "%.1f", attenuation_db);
  return line + "; the music is " + level.data() + " dB quieter, so that nothing clips";
}

/// Analyses inputs and writes their clicks. Thread-safe after the constructor.
class Clicks {
 public:
  Clicks(const Options& options, const std::vector<Input>& inputs)
      : options_(options), analyzer_(inputs, "", open_cache(options.cache)) {}

  Outcome make(const Input& input, const WriteFile& write, const analysis::OnProgress& on_step,
               const std::stop_token& stop = {}) {
    Outcome outcome;
    try {
      const auto file = analyzer_.open(input, stop);
      const auto analyzed = analyzer_.analyze(file, on_step, stop);
      outcome.is_cache_unwritable = analyzed.is_cache_unwritable;
      const auto& reader = analyzer_.reader();
      const analysis::ClickFile clicks(file, analyzed.report.measured, reader.decoder(),
                                       reader.settings().decode, options_.content(), stop);
      write(clicks);
      outcome.line = told(input, analyzed.report.measured.rhythm, clicks.attenuation_db());
    } catch (const audio::DecoderLost&) {
      throw;
    } catch (const std::exception& error) {
      outcome.line = failure_line(input.name, error);
      outcome.has_failed = true;
    }
    return outcome;
  }

 private:
  const Options& options_;
  InputAnalyzer analyzer_;
};

int write_one(const Options& options, const std::vector<Input>& inputs) {
  const auto& input = inputs.front();
  std::error_code no_such_file;
  if (fs::equivalent(input.name == "-" ? "/dev/stdin" : input.name, options.output, no_such_file))
    throw std::runtime_error("the clicks would overwrite the track: give -o another name");
  Clicks clicks(options, inputs);
  const WriteFile write = [&](const analysis::ClickFile& made) {
    write_whole(options.output, [&](std::ostream& file, const fs::path&) {
      made.write([&](std::string_view bytes) { return (file << bytes).good(); });
    });
  };
  Outcome outcome;
  {
    TerminalProgress percent(title_of(input));
    outcome = clicks.make(input, write, [&](int reached) { percent.show(reached); });
  }
  if (outcome.is_cache_unwritable)
    std::cerr << unwritable_cache_line("the analysis continues") << "\n";
  std::cerr << outcome.line << "\n";
  return outcome.has_failed ? 1 : 0;
}

int write_folder(const Options& options, const std::vector<Input>& inputs) {
  Clicks clicks(options, inputs);
  const ResultFolder folder(options.output, inputs, ".click.wav");
  Progress progress("tracks", inputs.size(), Progress::Where::kTerminal);
  std::vector<Outcome> outcomes(inputs.size());
  bool has_failed = false, has_warned = false;
  for_each_file(inputs.size(), options.inputs.thread_count(), progress,
                {.work =
                     [&](std::size_t place, const std::stop_token& stop) {
                       const WriteFile write = [&](const analysis::ClickFile& made) {
                         folder.write(place, [&](const auto& append) { made.write(append); });
                       };
                       outcomes[place] = clicks.make(inputs[place], write, {}, stop);
                     },
                 .show =
                     [&](std::size_t place) {
                       const auto outcome = std::exchange(outcomes[place], {});
                       if (outcome.is_cache_unwritable && !std::exchange(has_warned, true))
                         progress.say(unwritable_cache_line("the analysis continues"));
                       progress.say(outcome.line);
                       has_failed |= outcome.has_failed;
                     }});
  progress.clear();
  return has_failed ? 1 : 0;
}

int run(const Options& options) {
  const auto inputs = find_inputs(options.inputs);
  std::error_code failure;
  const bool is_folder = inputs.size() > 1 || fs::is_directory(options.output, failure);
  return is_folder ? write_folder(options, inputs) : write_one(options, inputs);
}

}  // namespace

void add_click(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand(
      "click", "Write tracks with a click at each beat, to practise and to check");
  const auto options = std::make_shared<Options>();
  add_input_options(*command, options->inputs);
  command
      ->add_option("-o,--output", options->output,
                   "File to write; of several tracks the folder for their files. An existing file "
                   "is replaced after the analysis")
      ->required()
      ->type_name("FILE.wav|DIR");
  command->add_flag("--clicks-only", options->clicks_only, "Leave out the music");
  add_cache_options(*command, options->cache);
  command->footer(
      "The WAV is as long as the track and has its sample rate and channels. Downbeats have the\n"
      "higher click. Standard error says how much quieter the music is, so that nothing clips.\n"
      "Exit status: 0 if every file was written, 1 if not, 2 for wrong arguments or settings.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
