#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "aura/analysis/space.h"
#include "aura/catalogue/catalogue.h"
#include "aura/postgres/connection.h"
#include "aura/worker/settings.h"
#include "commands.h"

namespace aura::app {

/// The catalogue in the database of the settings. Not thread-safe.
struct CatalogueDatabase {
  /// Prints the notes of the settings. Throws ConfigError if the database has no catalogue,
  /// DatabaseLost and DatabaseError.
  explicit CatalogueDatabase(const worker::DatabaseSettings& settings);

  postgres::Connection connection;
  catalogue::Catalogue catalogue;
};

/// Returns `count` and the word for it: "1 song", "2 songs". Thread-safe.
std::string counted(std::int64_t count, const std::string& one, const std::string& more);

// Each adds a subcommand to `catalogue`, as those of commands.h do to the program.
void add_catalogue_import(CLI::App& catalogue, Command& chosen);
void add_catalogue_add(CLI::App& catalogue, Command& chosen);
void add_catalogue_remeasure(CLI::App& catalogue, Command& chosen);
void add_catalogue_export(CLI::App& catalogue, Command& chosen);

}  // namespace aura::app
