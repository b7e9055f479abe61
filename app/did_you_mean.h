#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace aura::app {

// Not thread-safe.

/// Returns `arguments`, of which `app` is to parse the command line, with "analyze" for "analyse".
/// Throws ConfigError if they name a command that does not exist: it names the most similar one.
std::vector<std::string> check_commands(const CLI::App& app, std::vector<std::string> arguments);

/// Returns ": did you mean --format?" if a long option that `app` has just refused is similar to
/// one that exists; otherwise nothing.
std::string similar_option(const CLI::App& app);

}  // namespace aura::app
