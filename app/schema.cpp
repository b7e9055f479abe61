#include <iostream>

#include "aura/analysis/report_schema.h"
#include "commands.h"

namespace aura::app {

void add_schema(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("schema", "Print the JSON Schema of reports");
  command->footer(
      "It describes fullReport, and what `analyze --format json` prints after file and sha256.");
  command->callback([&chosen] {
    chosen = [] {
      std::cout << analysis::report_schema();
      return 0;
    };
  });
}

}  // namespace aura::app
