#include <cstdint>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aura/base/error.h"
#include "aura/base/text.h"
#include "commands.h"
#include "input_analyzer.h"

namespace aura::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHitLine = "  Cache             hit\n";
constexpr const char* kMissLine = "  Cache             miss\n";

struct Options {
  std::vector<std::string> inputs;
  std::string lyrics;
  bool json = false;
  std::optional<std::string> cache;
  std::uint64_t cache_max_mb = 256;
};

std::optional<analysis::MeasurementCache> cache_of(const Options& options) {
  if (!options.cache) return std::nullopt;
  if (options.cache->empty()) throw ConfigError("--cache is empty: name a folder");
  return analysis::MeasurementCache(*options.cache, options.cache_max_mb << 20);
}

/// The report of an input for people.
std::string to_text(const Analyzed& analyzed, const std::string& input, const Options& options) {
  auto text = analysis::to_text(analyzed.report, track_name(input));
  if (options.cache) text += analyzed.is_cache_hit ? kHitLine : kMissLine;
  return text + "\n";
}

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

void warn_of_cache() {
  std::cerr << "aura: the folder of --cache can't be written: check its rights and the free disk "
               "space (the analysis continues)\n";
}

int run(const Options& options) {
  InputAnalyzer analyzer(options.lyrics, cache_of(options));
  int failed = 0;
  bool has_warned = false;
  for (const auto& input : options.inputs) {
    try {
      const auto analyzed = analyzer.analyze(input);
      std::cout << (options.json ? json_line(input, Json::parse(analysis::to_json(analyzed.report)))
                                 : to_text(analyzed, input, options))
                << std::flush;
      if (analyzed.is_cache_unwritable && !std::exchange(has_warned, true)) warn_of_cache();
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
  auto* cache = command
                    ->add_option("--cache", options->cache,
                                 "A folder for measurements: a file that was measured before is "
                                 "not decoded again. Created if missing")
                    ->type_name("DIR");
  command
      ->add_option("--cache-max-mb", options->cache_max_mb,
                   "Size of the folder in MB; files that were used longest ago are deleted first")
      ->type_name("N")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str()
      ->needs(cache);
  command->footer(
      "Exit status: 0 if every input was analysed, 1 if an input failed, 2 for wrong arguments or "
      "settings.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
