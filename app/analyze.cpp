#include <iostream>
#include <memory>

#include "commands.h"
#include "input_analyzer.h"

namespace aura::app {
namespace {

struct Options {
  std::vector<std::string> inputs;
  std::string lyrics;
  bool json = false;
};

int run(const Options& options) {
  InputAnalyzer analyzer(options.lyrics);
  int failed = 0;
  for (const auto& input : options.inputs) {
    try {
      const auto report = analyzer.analyze(input);
      std::cout << (options.json ? analysis::to_json(report) + "\n"
                                 : analysis::to_text(report, track_name(input)) + "\n")
                << std::flush;
    } catch (const std::exception& error) {
      ++failed;
      std::cerr << failure_line(input, error) << "\n";
    }
  }
  if (!std::cout) throw std::runtime_error("standard output can't be written to");
  return failed == 0 ? 0 : 1;
}

}  // namespace

void add_analyze(CLI::App& app, Command& chosen) {
  auto* command =
      app.add_subcommand("analyze", "Analyse files or URLs at once, without a database");
  const auto options = std::make_shared<Options>();
  command->add_option("input", options->inputs, "Audio files or http(s) URLs")
      ->required()
      ->type_name("FILE|URL");
  command->add_option("--lyrics", options->lyrics, "A UTF-8 text file with the lyrics")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print the fullReport object, one line an input");
  command->footer(
      "Exit status: 0 if every input was analysed, 1 if one was not, 2 for wrong arguments.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
