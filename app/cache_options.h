#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "aura/analysis/measurement_cache.h"

namespace aura::app {

/// The options --cache and --cache-max-mb.
struct CacheOptions {
  std::optional<std::string> folder;
  std::uint64_t max_mb = 256;
};

/// Adds both options to `command`. Returns --cache. The caller keeps `options` alive.
CLI::Option* add_cache_options(CLI::App& command, CacheOptions& options);

/// Returns the cache; null without --cache. Throws ConfigError if its folder has no name.
std::unique_ptr<analysis::MeasurementCache> open_cache(const CacheOptions& options);

/// The line that says that a cache can't be written. `rest` says what happens nevertheless.
std::string unwritable_cache_line(const std::string& rest);

}  // namespace aura::app
