#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "aura/base/error.h"
#include "aura/base/text.h"
#include "commands.h"
#include "input_analyzer.h"

namespace aura::app {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::vector<std::string> inputs;
  std::string lyrics;
  bool json = false;
};

/// Returns the line of `input`: its name, then the keys of `outcome`. A byte of a name that is not
/// UTF-8 becomes U+FFFD.
std::string json_line(const std::string& input, const Json& outcome) {
  Json line{{"file", is_url(input) ? redact_url(input) : input}};
  line.update(outcome);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json to_json(const std::exception& error) {
  const auto* of_job = dynamic_cast<const JobError*>(&error);
  return {{"error",
           {{"code", of_job != nullptr ? of_job->code() : "internal"}, {"message", error.what()}}}};
}

int run(const Options& options) {
  InputAnalyzer analyzer(options.lyrics);
  int failed = 0;
  for (const auto& input : options.inputs) {
    try {
      const auto report = analyzer.analyze(input);
      std::cout << (options.json ? json_line(input, Json::parse(analysis::to_json(report)))
                                 : analysis::to_text(report, track_name(input)) + "\n")
                << std::flush;
    } catch (const std::exception& error) {
      ++failed;
      if (options.json) std::cout << json_line(input, to_json(error)) << std::flush;
      std::cerr << failure_line(input, error) << "\n";
    }
  }
  if (!std::cout)
    throw std::runtime_error(
        "standard output can't be written: check the pipe or the free disk space");
  return failed == 0 ? 0 : 1;
}

}  // namespace

void add_analyze(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("analyze", "Analyse files or URLs, without a database");
  const auto options = std::make_shared<Options>();
  command->add_option("input", options->inputs, "Audio files or http(s) URLs")
      ->required()
      ->type_name("FILE|URL");
  command->add_option("--lyrics", options->lyrics, "A UTF-8 text file with the lyrics")
      ->type_name("FILE");
  command->add_flag("--json", options->json,
                    "Print one JSON object per input, in order: file, then the keys of fullReport, "
                    "or error {code, message} if the input failed");
  command->footer(
      "Exit status: 0 if every input was analysed, 1 if an input failed, 2 for wrong arguments or "
      "settings.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
