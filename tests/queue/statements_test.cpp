#include "statements.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <pqxx/pqxx>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "aura/queue/states.h"
#include "aura/test/database.h"

namespace aura::queue {
namespace {

using std::filesystem::directory_iterator;
using std::filesystem::path;

std::string content_of(const path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// NULL, as often as the statement `sql` has parameters: "(NULL, NULL)".
std::string no_values(const std::string& sql) {
  int most = 0;
  const std::regex parameter(R"(\$(\d+))");
  for (std::sregex_iterator match(sql.begin(), sql.end(), parameter), end; match != end; ++match)
    most = std::max(most, std::stoi((*match)[1]));
  std::string values;
  for (int i = 0; i < most; ++i) values += i > 0 ? ", NULL" : "NULL";
  return most > 0 ? "(" + values + ")" : "";
}

}  // namespace

TEST_CASE("statements: each is in a file of its own that psql and EXPLAIN can run") {
  test::TestDatabase database;
  const auto table = database.with_schema_and_table();
  std::set<std::string> wanted;
  for (const auto& statement : every_statement(table))
    CHECK(wanted.insert(file_name_of(statement.first)).second);
  CHECK(wanted.size() > 70);

  pqxx::connection connection(database.url());
  pqxx::nontransaction session(connection);
  std::set<std::string> found;
  for (const auto& file : directory_iterator(AURA_SQL_FILES)) {
    const auto name = file.path().stem().string();
    const auto sql = content_of(file.path());
    INFO(file.path());
    found.insert(name);
    CHECK_NOTHROW(session.exec(sql));
    CHECK_NOTHROW(session.exec("EXPLAIN EXECUTE " + name + no_values(sql)));
  }
  CHECK(found == wanted);
}

TEST_CASE("statements: files are those that the worker sends") {
  test::TestDatabase database;
  const auto table = database.with_schema_and_table();
  for (const auto& [statement, sql] : every_statement(table)) {
    const auto name = file_name_of(statement);
    CHECK(content_of(path(AURA_SQL_FILES) / (name + ".sql")) ==
          "PREPARE " + name + " AS\n" + sql + ";\n");
  }
}

TEST_CASE("statements: the states in them are those of states.h and of the tables") {
  std::set<std::string> statuses(kJobStatuses.begin(), kJobStatuses.end());
  std::set<std::string> states(kRunStates.begin(), kRunStates.end());
  const std::regex compared(
      R"re((\w+\.)?("status"|\bstate) *(?:=|<>|IN|NOT IN) *\(?((?:'\w+'(?:, )?)+))re");
  const std::regex word("'(\\w+)'");
  int words = 0;
  for (const auto& [name, sql] : every_statement({})) {
    for (std::sregex_iterator match(sql.begin(), sql.end(), compared), end; match != end; ++match) {
      const auto& known = (*match)[2] == "state" ? states : statuses;
      const auto list = (*match)[3].str();
      for (std::sregex_iterator one(list.begin(), list.end(), word); one != end; ++one, ++words) {
        INFO(name << ": " << list);
        CHECK(known.contains((*one)[1]));
      }
    }
  }
  CHECK(words > 80);

  test::TestDatabase database;
  database.with_schema_and_table();
  for (const auto& state : states) {
    database.execute(
        "INSERT INTO aura.run (job_id, attempt, worker_id, state, lease_until, ended_at) VALUES "
        "('" +
        state + "', 1, 'w', '" + state + "', now(), " + (state == "running" ? "NULL" : "now()") +
        ")");
  }
}

}  // namespace aura::queue
