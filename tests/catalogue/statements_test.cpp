#include <catch2/catch.hpp>
#include <pqxx/pqxx>
#include <string>

#include "aura/postgres/template.h"
#include "aura/test/database.h"
#include "sql_files.h"

TEST_CASE("statements of the catalogue: each can be prepared and planned") {
  aura::test::TestDatabase database;
  const auto table = database.with_schema_and_table();
  pqxx::connection connection(database.url());
  pqxx::nontransaction session(connection);
  int prepared = 0;
  for (const auto& [name, text] : aura::catalogue::sql::kFiles) {
    INFO(name);
    const auto sql = aura::postgres::fill_in(
        std::string(text), {{"{jobs}", table.quoted},
                            {"{id}", table.id_type},
                            {"{links}", "aura.job_reference"},
                            {"{stored_parts}", aura::catalogue::sql::kStoredParts},
                            {"{lacks_vector}", aura::catalogue::sql::kLacksVector},
                            {"{row_bytes}", aura::catalogue::sql::kRowBytes},
                            {"{row}", aura::catalogue::sql::kRowColumns}});
    CHECK(sql.find('{') == std::string::npos);
    std::string values;
    for (int i = 1; sql.find("$" + std::to_string(i)) != std::string::npos; ++i)
      values += i > 1 ? ", NULL" : "NULL";
    CHECK_NOTHROW(session.exec("PREPARE " + std::string(name) + " AS " + sql));
    CHECK_NOTHROW(session.exec("EXPLAIN EXECUTE " + std::string(name) +
                               (values.empty() ? "" : "(" + values + ")")));
    ++prepared;
  }
  CHECK(prepared > 35);
}
