#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace aura::app {

/// What the chosen subcommand does; returns the process's exit status.
using Command = std::function<int()>;

/// Each adds one subcommand to `app`. Parsing a command line that names it sets `chosen`.
void add_worker(CLI::App& app, Command& chosen);
void add_analyze(CLI::App& app, Command& chosen);
void add_report(CLI::App& app, Command& chosen);
void add_enqueue(CLI::App& app, Command& chosen);
void add_status(CLI::App& app, Command& chosen);
void add_doctor(CLI::App& app, Command& chosen);
void add_migrate(CLI::App& app, Command& chosen);
void add_cancel(CLI::App& app, Command& chosen);
void add_retry(CLI::App& app, Command& chosen);

}  // namespace aura::app
