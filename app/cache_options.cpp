#include "cache_options.h"

#include "aura/base/error.h"

namespace aura::app {

CLI::Option* add_cache_options(CLI::App& command, CacheOptions& options) {
  auto* cache = command
                    .add_option("--cache", options.folder,
                                "A folder for measurements: a file that was measured before is "
                                "not decoded again. Created if missing")
                    ->type_name("DIR");
  command
      .add_option("--cache-max-mb", options.max_mb,
                  "Size of the folder in MB; files that were used longest ago are deleted first")
      ->type_name("N")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str()
      ->needs(cache);
  return cache;
}

std::unique_ptr<analysis::MeasurementCache> open_cache(const CacheOptions& options) {
  if (!options.folder) return nullptr;
  if (options.folder->empty()) throw ConfigError("--cache is empty: name a folder");
  return std::make_unique<analysis::MeasurementCache>(*options.folder, options.max_mb << 20U);
}

std::string unwritable_cache_line(const std::string& rest) {
  return "aura: the folder of --cache can't be written: check its rights and the free disk space "
         "(" +
         rest + ")";
}

}  // namespace aura::app
