#include "aura/queue/queue_table.h"

#include <utility>
#include <vector>

#include "aura/base/error.h"
#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "sql_files.h"

namespace aura::queue {
namespace {

/// The columns that workers read or write. The table may have more.
constexpr std::string_view kColumns =
    "id,userId,jobId,status,progress,trackTitle,artistName,genre,audioUrl,lyricsText,hitFactor,"
    "audioScore,"
    "lyricsScore,brandScore,marketScore,recommendations,similarHits,fullReport,modelVersion,"
    "processingTime,errorMessage,createdAt,updatedAt,completedAt";

/// The columns that must not be arrays. An array would refuse a worker's value, but only when it
/// writes a result.
constexpr std::string_view kSingleValues =
    "status,progress,hitFactor,audioScore,lyricsScore,brandScore,marketScore,recommendations,"
    "similarHits,fullReport,modelVersion,processingTime,errorMessage";

void read_types(postgres::Connection& connection, QueueTable& table) {
  const std::string_view zoned = "pg_catalog.timestamptz";
  table.has_reference = false;
  for (const auto& row : connection.session().execute(sql::kFindColumns, table.quoted)) {
    const auto name = row["attname"].as<std::string>();
    const auto type = row["type"].as<std::string>();
    const bool may_be_null = row["may_be_null"].as<bool>();
    if (name == "id") table.id_type = type;
    if (name == "jobId") table.job_id_type = type;
    if (name == "status") table.status_type = type;
    if (name == "updatedAt") table.updated_has_zone = type == zoned;
    if (name == "completedAt") table.completed_has_zone = type == zoned;
    if (name == "referenceTrack") table.has_reference = true;
    if (name == "userId") table.user_may_be_null = may_be_null;
    if (name == "errorMessage") table.error_width = row["width"].as<int>();
    if (name == "modelVersion") table.model_width = row["width"].as<int>();
    if (name == "createdAt") {
      table.created_has_zone = type == zoned;
      table.created_may_be_null = may_be_null;
    }
  }
}

std::optional<QueueTable> look_up(postgres::Connection& connection, const TableName& name) {
  const auto found = connection.session().execute(
      sql::kFindTables, name.schema, name.name, std::string(kColumns), std::string(kSingleValues));
  if (found.empty()) return std::nullopt;
  if (const auto missing = postgres::optional_text(found[0]["missing"])) {
    throw NoQueueTable("the table \"" + name.name + "\" lacks the columns " + *missing +
                       ": is it the jobs table? Set AURA_TABLE to the right one");
  }
  if (found[0]["is_partitioned"].as<bool>()) {
    throw NoQueueTable("the jobs table " + found[0]["quoted"].as<std::string>() +
                       " is partitioned: workers need a plain table");
  }
  if (const auto lists = postgres::optional_text(found[0]["lists"])) {
    throw NoQueueTable("in the jobs table " + found[0]["quoted"].as<std::string>() + " " + *lists +
                       ": workers write one value there; in a Prisma schema, write Json, not "
                       "Json[]");
  }
  QueueTable table;
  table.schema = found[0]["nspname"].as<std::string>();
  table.name = found[0]["relname"].as<std::string>();
  table.quoted = found[0]["quoted"].as<std::string>();
  read_types(connection, table);
  return table;
}

/// Removes a quoted part from the front of `text` and returns it without quotes. If the quotes are
/// not closed, returns "" and leaves `text` unchanged.
std::string take_quoted(std::string_view& text) {
  std::string part;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"' && !text.substr(i + 1).starts_with('"')) {
      text.remove_prefix(i + 1);
      return part;
    }
    part += text[i];
    if (text[i] == '"') ++i;
  }
  return {};
}

}  // namespace

TableName parse_table_name(std::string_view text) {
  const auto take = [&](std::string_view unquoted) {
    if (text.starts_with('"')) return take_quoted(text);
    text.remove_prefix(unquoted.size());
    return std::string(unquoted);
  };
  TableName name{std::nullopt, take(text.substr(0, text.find('.')))};
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    name.schema = std::exchange(name.name, take(text));
  }
  if (!text.empty() || name.name.empty() || name.schema == "") {
    throw ConfigError(
        "AURA_TABLE must be name or schema.name; where a part holds a dot, in quotes: "
        "\"schema\".\"name\"");
  }
  return name;
}

QueueTable find_queue_table(postgres::Connection& connection,
                            const std::optional<std::string>& wanted) {
  if (wanted) {
    auto name = parse_table_name(*wanted);
    const auto shown = (name.schema ? "\"" + *name.schema + "\"." : "") + "\"" + name.name + "\"";
    if (!name.schema) name.schema = connection.url().schema;
    if (auto table = look_up(connection, name)) return *table;
    // Settings lose quotes around the whole value. They may have enclosed a name with a dot.
    if (auto table = look_up(connection, {connection.url().schema, *wanted})) return *table;
    throw NoQueueTable(
        "there is no table " + shown + " in " + connection.url().display +
        ": set AURA_TABLE to the jobs table, or run: aura migrate --with-queue-table");
  }
  std::vector<QueueTable> found;
  for (const auto name : kQueueTableNames) {
    if (auto table = look_up(connection, {connection.url().schema, std::string(name)})) {
      found.push_back(std::move(*table));
    }
  }
  if (found.empty()) {
    throw NoQueueTable("there is no jobs table (\"AuraAnalysis\" or aura_analyses) in " +
                       connection.url().display +
                       ": run aura migrate --with-queue-table, or set AURA_TABLE");
  }
  if (found.size() > 1) {
    throw NoQueueTable("both \"AuraAnalysis\" and aura_analyses are in " +
                       connection.url().display +
                       ": set AURA_TABLE to the one that holds the jobs");
  }
  return found.front();
}

bool create_queue_table(postgres::Connection& connection, const std::optional<std::string>& name) {
  constexpr std::chrono::seconds kPatience{20};
  const auto wanted = parse_table_name(name.value_or(std::string(kQueueTableNames[0])));
  // Not the first schema of the search path: for a role named aura, that is schema aura.
  const auto schema = wanted.schema.value_or(connection.url().schema.value_or("public"));
  bool created = false;
  connection.session().transaction_within(kPatience, [&](postgres::Transaction& work) {
    postgres::take_migration_lock(work);
    const auto quoted = work.quote_name(schema) + "." + work.quote_name(wanted.name);
    if (work.exec_params("SELECT to_regclass($1) IS NOT NULL", quoted)[0][0].as<bool>()) return;
    work.exec(postgres::fill_in(
        sql::kQueueTable,
        {{"%TABLE%", quoted}, {"%NAME%", postgres::fill_in(wanted.name, {{"\"", "\"\""}})}}));
    created = true;
  });
  return created;
}

}  // namespace aura::queue
