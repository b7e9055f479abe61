#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace aura::app {

/// Runs the chosen subcommand. Returns the exit status of the process. Throws ConfigError if the
/// arguments or settings are wrong, and other exceptions if the command fails.
using Command = std::function<int()>;

// Each adds one subcommand to `app`. When `app` parses a command line that names it, it sets
// `chosen`. The caller keeps `chosen` alive while `app` parses. Not thread-safe.
void add_worker(CLI::App& app, Command& chosen);
void add_analyze(CLI::App& app, Command& chosen);
void add_schema(CLI::App& app, Command& chosen);
void add_report(CLI::App& app, Command& chosen);
void add_click(CLI::App& app, Command& chosen);
void add_isolate(CLI::App& app, Command& chosen);
void add_enqueue(CLI::App& app, Command& chosen);
void add_status(CLI::App& app, Command& chosen);
void add_doctor(CLI::App& app, Command& chosen);
void add_migrate(CLI::App& app, Command& chosen);
void add_cancel(CLI::App& app, Command& chosen);
void add_retry(CLI::App& app, Command& chosen);
void add_catalogue(CLI::App& app, Command& chosen);
void add_similar(CLI::App& app, Command& chosen);
void add_forget(CLI::App& app, Command& chosen);
void add_models(CLI::App& app, Command& chosen);

}  // namespace aura::app
