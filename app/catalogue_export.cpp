#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "aura/catalogue/import_file.h"
#include "aura/catalogue/import_rows.h"
#include "catalogue_database.h"
#include "whole_file.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string output;
  bool for_spreadsheet = false;
};

/// Writes all songs, in the order in which they were added, for a file in `folder`.
void write(catalogue::Catalogue& catalogue, const fs::path& folder, catalogue::CsvFor reader,
           std::ostream& output) {
  constexpr int kPage = 1000;
  output << catalogue::import_csv_header();
  catalogue::RowId after = 0;
  while (output) {
    const auto rows = catalogue.read_rows(after, kPage);
    for (const auto& row : rows) {
      for (const auto& line : to_rows(row.song, folder)) output << to_csv(line, reader);
      after = row.id;
    }
    if (rows.size() < static_cast<std::size_t>(kPage)) break;
  }
  output.flush();
}

int run(const Options& options) {
  CatalogueDatabase database(worker::read_database_settings(Env::load()));
  const auto reader =
      options.for_spreadsheet ? catalogue::CsvFor::kSpreadsheet : catalogue::CsvFor::kImport;
  if (!options.output.empty()) {
    write_whole(options.output, [&](std::ostream& file, const fs::path& folder) {
      write(database.catalogue, folder, reader, file);
    });
    return 0;
  }
  write(database.catalogue, fs::current_path(), reader, std::cout);
  if (!std::cout)
    throw std::runtime_error(
        "standard output can't be written: check the pipe or the free disk space");
  return 0;
}

}  // namespace

void add_catalogue_export(CLI::App& catalogue, Command& chosen) {
  auto* command = catalogue.add_subcommand("export", "Write all songs as CSV, as import reads it");
  const auto options = std::make_shared<Options>();
  command
      ->add_option("-o,--output", options->output,
                   "File to write; default: standard output. An existing file is replaced")
      ->type_name("FILE.csv");
  command->add_flag("--for-spreadsheet", options->for_spreadsheet,
                    "Begin cells that a spreadsheet takes for formulas with an apostrophe");
  command->footer(
      "Texts are exactly as they were imported. Paths are as they were if the file is in the same\n"
      "folder as the imported file, and absolute otherwise. URLs may hold secrets.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
