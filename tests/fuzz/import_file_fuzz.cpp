// Import files, whatever they hold: lines are named in order, what is said of them is a line, and a
// row comes back from the CSV that is written of it.

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>

#include "aura/base/text.h"
#include "aura/catalogue/import_file.h"

namespace {

using namespace aura::catalogue;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_line(std::string_view text) {
  require(text.size() < 4000 && !aura::find_invalid_utf8(text));
  for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20);
}

void check_round_trip(const ImportRow& row) {
  std::istringstream input(import_csv_header() + to_csv(row, CsvFor::kImport));
  ImportReader reader(input);
  const auto again = reader.next();
  require(again && std::holds_alternative<ImportRow>(*again) && std::get<ImportRow>(*again) == row);
  require(!reader.next() && reader.warnings().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream input(std::string(reinterpret_cast<const char*>(data), size));
  try {
    ImportReader reader(input);
    std::uint64_t last = 0;
    while (const auto outcome = reader.next()) {
      require(reader.line() > last);
      last = reader.line();
      if (const auto* problem = std::get_if<ImportProblem>(&*outcome)) {
        require(problem->line == last);
        check_line(problem->reason);
      } else {
        check_round_trip(std::get<ImportRow>(*outcome));
      }
    }
    require(reader.warnings().size() <= 2);
    for (const auto& warning : reader.warnings()) check_line(warning);
  } catch (const BadImportFile& error) {
    check_line(error.what());
  }
  return 0;
}
