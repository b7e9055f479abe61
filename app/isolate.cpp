#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "aura/analysis/stem_files.h"
#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/models/known_models.h"
#include "aura/models/model_file.h"
#include "commands.h"
#include "each_file.h"
#include "input_analyzer.h"
#include "result_folder.h"
#include "results.h"

namespace aura::app {
namespace {

using analysis::StemFiles;
using Json = nlohmann::ordered_json;

struct Options {
  InputOptions inputs;
  std::string output;
  bool is_karaoke = false;
  bool as_json = false;
};

/// A smaller share of the sound would be shown as 0 %.
constexpr double kLeastShare = 0.005;

/// What came of an input, until it is shown.
struct Outcome {
  std::string line;  ///< on standard error; empty if there is none
  std::string json;  ///< on standard output; empty if there is none
  bool has_failed = false;
};

std::unique_ptr<const models::ModelFile> open_model(const Env& env) {
  const auto& model = *models::find_known_model("spleeter");
  const auto path = models::find_model_file(models::model_folders(env), model);
  if (!path)
    throw ConfigError(
        "the model that separates vocals is not there: `aura models fetch spleeter` brings it");
  return std::make_unique<const models::ModelFile>(*path, model.sha256, models::max_model_mb(env));
}

/// Returns "aura: song.mp3: vocals in 63 % of the sound, 2.1 dB quieter than the accompaniment".
std::string told(const Input& input, const models::VoiceShare& voice) {
  const auto start = "aura: " + title_of(input) + ": ";
  if (voice.share() < kLeastShare) return start + "no vocals";
  const double level_db = voice.level_db();
  std::array<char, 100> text{};
  std::snprintf(text.data(), text.size(),
                "vocals in %.0f %% of the sound, %.1f dB %s than the accompaniment",
                100 * voice.share(), std::abs(level_db), level_db < 0 ? "quieter" : "louder");
  return start + text.data();
}

/// Isolates the vocals of inputs. Thread-safe after the constructor.
class Isolation {
 public:
  Isolation(const Options& options, const std::vector<Input>& inputs)
      : options_(options),
        inputs_(inputs),
        analyzer_(inputs, "", {.uses_none = true}),
        weights_(open_model(settings_of(kind_of(inputs)))),
        model_(weights_->content()),
        vocals_(options.output, inputs, ".vocals.wav"),
        accompaniment_(options.output, inputs, ".accompaniment.wav") {}

  Outcome write(std::size_t place, const analysis::OnProgress& on_percent,
                const std::stop_token& stop = {}) {
    const auto& input = inputs_.at(place);
    Outcome outcome;
    try {
      const auto voice = write_stems(place, on_percent, stop);
      if (options_.as_json)
        outcome.json = json_of(place, voice);
      else
        outcome.line = told(input, voice);
    } catch (const audio::DecoderLost&) {
      throw;
    } catch (const std::exception& error) {
      outcome.line = failure_line(input.name, error);
      if (options_.as_json) outcome.json = failure_text(input, error, {.format = Format::kJson});
      outcome.has_failed = true;
    }
    return outcome;
  }

 private:
  models::VoiceShare write_stems(std::size_t place, const analysis::OnProgress& on_percent,
                                 const std::stop_token& stop) try {
    const auto file = analyzer_.open(inputs_[place], stop);
    const auto& reader = analyzer_.reader();
    const StemFiles stems(file, reader.decoder(), reader.settings().decode, stop);
    models::Separator separator(model_);
    models::VoiceShare voice;
    // A file takes its place only after both are complete, as one is written inside the other.
    accompaniment_.write(place, [&](const auto& accompaniment) {
      if (options_.is_karaoke) {
        voice = stems.write(separator, {.vocals = {}, .accompaniment = accompaniment}, on_percent);
        return;
      }
      vocals_.write(place, [&](const auto& vocals) {
        voice =
            stems.write(separator, {.vocals = vocals, .accompaniment = accompaniment}, on_percent);
      });
    });
    return voice;
  } catch (const std::bad_alloc&) {
    throw JobError("out_of_memory",
                   "not enough memory to separate this track: free some, or give a smaller -j",
                   Retry::kYes);
  }

  std::string json_of(std::size_t place, const models::VoiceShare& voice) const {
    const auto& name = inputs_[place].name;
    Json files{{"accompaniment", accompaniment_.name_of(place)}};
    if (!options_.is_karaoke) files["vocals"] = vocals_.name_of(place);
    const Json line{{"file", is_url(name) ? redact_url(name) : name},
                    {"vocals",
                     {{"share", std::round(1000 * voice.share()) / 1000},
                      {"level_db", std::round(10 * voice.level_db()) / 10}}},
                    {"files", std::move(files)}};
    return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }

  const Options& options_;
  const std::vector<Input>& inputs_;
  InputAnalyzer analyzer_;
  std::unique_ptr<const models::ModelFile> weights_;
  models::Spleeter model_;
  ResultFolder vocals_;
  ResultFolder accompaniment_;
};

void show(const Outcome& outcome, Progress& progress) {
  if (!outcome.line.empty()) progress.say(outcome.line);
  if (outcome.json.empty()) return;
  progress.clear();
  if (!(std::cout << outcome.json << std::flush))
    throw std::runtime_error(
        "standard output can't be written: check the pipe or the free disk space");
}

int run(const Options& options) {
  const auto inputs = find_inputs(options.inputs);
  Isolation isolation(options, inputs);
  Progress progress("tracks", inputs.size(), Progress::Where::kTerminal);
  std::vector<Outcome> outcomes(inputs.size());
  bool has_failed = false;
  for_each_file(inputs.size(), options.inputs.thread_count(), progress,
                {.work =
                     [&](std::size_t place, const std::stop_token& stop) {
                       std::optional<TerminalProgress> percent;
                       if (inputs.size() == 1) percent.emplace(title_of(inputs[place]));
                       const auto on_percent = [&](int reached) {
                         if (percent) percent->show(reached);
                       };
                       outcomes[place] = isolation.write(place, on_percent, stop);
                     },
                 .show =
                     [&](std::size_t place) {
                       const auto outcome = std::exchange(outcomes[place], {});
                       show(outcome, progress);
                       has_failed |= outcome.has_failed;
                     }});
  progress.clear();
  return has_failed ? 1 : 0;
}

}  // namespace

void add_isolate(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("isolate", "Write the vocals and the accompaniment of tracks");
  const auto options = std::make_shared<Options>();
  add_input_options(*command, options->inputs);
  command
      ->add_option("-o,--output", options->output,
                   "Folder for NAME.vocals.wav and NAME.accompaniment.wav. Existing files are "
                   "replaced once the new ones are complete")
      ->required()
      ->type_name("DIR");
  command->add_flag("--karaoke", options->is_karaoke, "Write the accompaniment alone");
  command->add_flag("--json", options->as_json,
                    "Print a line of JSON per input: files, share and level of the vocals");
  command->footer(
      "Needs the model that `aura models fetch spleeter` brings. The files are stereo at 44.1 kHz\n"
      "with 32-bit floating-point samples, as long as the track, and add up to it.\n"
      "Exit status: 0 if every file was written, 1 if not, 2 for wrong arguments or settings.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
