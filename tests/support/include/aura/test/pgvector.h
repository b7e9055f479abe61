#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "aura/test/database.h"

namespace aura::test {

/// The schema of the extension in tests: its name must be quoted, and no search path has it.
inline constexpr const char* kExtensionSchema = "\"Ext S\"";

/// Creates the extension pgvector in `database`. Where the server offers none, or one before 0.8.0,
/// says so and returns false: skip the test. tests/postgres/run.sh brings a server that has it.
inline bool create_pgvector(TestDatabase& database) {
  if (database.value("SELECT 1 FROM pg_available_extensions WHERE name = 'vector' AND "
                     "string_to_array(default_version, '.')::int[] >= '{0,8,0}'") != "1") {
    WARN("skipped: the server of the tests has no pgvector 0.8.0. Run tests/postgres/run.sh");
    return false;
  }
  database.execute(std::string("CREATE SCHEMA ") + kExtensionSchema);
  database.execute(std::string("CREATE EXTENSION vector SCHEMA ") + kExtensionSchema);
  return true;
}

}  // namespace aura::test
