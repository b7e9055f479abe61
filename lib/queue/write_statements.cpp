// Writes each statement of the queue to a file of its own, for the jobs table of Prisma's schema:
// aura-write-statements FOLDER. Each file prepares its statement under the file's name, so that
// psql can run it:
//   psql -f claim.sql -c "EXPLAIN EXECUTE claim(10, 'worker', 30000, true)"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "statements.h"

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: aura-write-statements FOLDER\n";
    return 2;
  }
  using namespace aura::queue;
  const std::filesystem::path folder(argv[1]);
  std::filesystem::create_directories(folder);
  QueueTable table;
  table.quoted = R"(public."AuraAnalysis")";
  for (const auto& [statement, sql] : every_statement(table)) {
    const auto name = file_name_of(statement);
    std::ofstream file(folder / (name + ".sql"));
    file << "PREPARE " << name << " AS\n" << sql << ";\n";
    if (!file.flush()) throw std::runtime_error("can't write " + (folder / name).string());
  }
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::cerr << "aura-write-statements: " << error.what() << "\n";
  return EXIT_FAILURE;
}
