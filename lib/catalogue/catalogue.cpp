#include "aura/catalogue/catalogue.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "aura/analysis/stored.h"
#include "aura/base/error.h"
#include "aura/catalogue/measured_row.h"
#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "rows.h"
#include "sql_files.h"

namespace aura::catalogue {
namespace {

using nlohmann::json;

/// A person waits, or an import.
constexpr std::chrono::seconds kPatience{30};

std::string with_columns(const char* sql) {
  return postgres::fill_in(sql,
                           {{"{row}", sql::kRowColumns}, {"{lacks_vector}", sql::kLacksVector}});
}

template <typename Value>
json json_of(const std::optional<Value>& value) {
  return value ? json(*value) : json();
}

json json_of(const NewRow& row, std::size_t place) {
  json charts = json::array();
  for (const auto& entry : row.song.charts)
    charts.push_back({{"chart", entry.chart},
                      {"week", entry.week},
                      {"position", json_of(entry.position)},
                      {"streams", json_of(entry.streams)}});
  json vectors = json::array();
  for (const auto& vector : row.vectors)
    vectors.push_back({{"kind", vector.kind},
                       {"version", vector.version},
                       {"vector", hex_of(std::span(vector.values))}});
  return {{"place", place},
          {"content", to_hex(row.content)},
          {"song", row.song.song},
          {"artist", row.song.artist},
          {"year", json_of(row.song.year)},
          {"genre", json_of(row.song.genre)},
          {"isrc", json_of(row.song.isrc)},
          {"spotify_url", json_of(row.song.spotify_url)},
          {"image_url", json_of(row.song.image_url)},
          {"origin", row.song.origin},
          {"tempo_bpm", json_of(row.facts.tempo_bpm)},
          {"key", json_of(row.facts.key)},
          {"loudness_lufs", json_of(row.facts.loudness_lufs)},
          {"vectors", std::move(vectors)},
          {"fingerprint", hex_of(std::span(row.fingerprint))},
          {"charts", std::move(charts)}};
}

bool is_finite(const std::vector<float>& values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

void check(const std::vector<RawVector>& vectors) {
  if (vectors.empty()) throw std::invalid_argument("a row has no vectors");
  std::set<std::string> kinds;
  for (const auto& vector : vectors) {
    if (vector.values.empty() || !is_finite(vector.values))
      throw std::invalid_argument("a vector is empty or not finite");
    if (!kinds.insert(vector.kind).second)
      throw std::invalid_argument("two vectors of a row are of one kind");
  }
}

void check(std::span<const NewRow> rows) {
  if (rows.size() > Catalogue::kBatch) throw std::invalid_argument("too many rows at once");
  std::set<Sha256> contents;
  for (const auto& row : rows) {
    if (const auto problem = problem_of(row.song)) throw std::invalid_argument(*problem);
    check(row.vectors);
    if (!contents.insert(row.content).second)
      throw std::invalid_argument("two rows have one content");
  }
}

std::vector<ChartEntry> charts_of(const postgres::Field& field) {
  std::vector<ChartEntry> charts;
  if (field.is_null()) return charts;
  for (const auto& entry : json::parse(field.text())) {
    ChartEntry chart{.chart = entry["chart"].get<std::string>(),
                     .week = entry["week"].get<std::string>(),
                     .position = {},
                     .streams = {}};
    if (!entry["position"].is_null()) chart.position = entry["position"].get<int>();
    if (!entry["streams"].is_null()) chart.streams = entry["streams"].get<std::int64_t>();
    charts.push_back(std::move(chart));
  }
  return charts;
}

CatalogueRow row_of(const postgres::Row& row) {
  CatalogueRow result{.id = row["id"].as<RowId>(),
                      .content = sha256_of(row["content"].text()),
                      .song = song_of(row),
                      .facts = facts_of(row)};
  result.song.origin = row["origin"].as<std::string>();
  result.song.charts = charts_of(row["charts"]);
  return result;
}

std::vector<CatalogueRow> rows_of(const postgres::Result& result) {
  std::vector<CatalogueRow> rows;
  rows.reserve(result.size());
  for (const auto& row : result) rows.push_back(row_of(row));
  return rows;
}

std::optional<CatalogueRow> first_of(const postgres::Result& result) {
  if (result.empty()) return std::nullopt;
  return row_of(result[0]);
}

/// The parts of today that a row is made of, as find_parts_to_mark.sql wants them.
std::string wanted_parts() {
  std::string text;
  for (const auto part : analysis::kParts) {
    if (part == analysis::Part::kPictures) continue;
    text += (text.empty() ? "{\"" : ",\"") + std::string(name_of(part)) + ' ' +
            std::to_string(version_of(part)) + '"';
  }
  return text + "}";
}

}  // namespace

SongFacts facts_of(const analysis::Core& core, const analysis::Rhythm& rhythm,
                   const analysis::Tonal& tonal) {
  SongFacts facts;
  if (rhythm.bpm > 0) facts.tempo_bpm = rhythm.bpm;
  if (!tonal.key.empty()) facts.key = tonal.key + ' ' + tonal.scale;
  facts.loudness_lufs = core.loudness.integrated_lufs;
  return facts;
}

const RawVector* find_vector(std::span<const RawVector> vectors,
                             const analysis::Space& like) noexcept {
  const auto found = std::ranges::find_if(vectors, [&](const RawVector& vector) {
    return vector.kind == like.kind() && vector.version == like.version() &&
           vector.values.size() == static_cast<std::size_t>(like.size());
  });
  return found == vectors.end() ? nullptr : &*found;
}

std::string wanted_vectors(std::span<const analysis::Space> like) {
  json wanted = json::array();
  for (const auto& space : like)
    wanted.push_back(
        {{"kind", space.kind()}, {"version", space.version()}, {"bytes", vector_bytes(space)}});
  return wanted.dump();
}

bool Catalogue::exists() {
  return connection_.session()
      .execute_within(kPatience, sql::kLookAtCatalogue)[0]["exists"]
      .as<bool>();
}

std::vector<RowId> Catalogue::add(std::span<const NewRow> rows) {
  check(rows);
  if (rows.empty()) return {};
  json given = json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) given.push_back(json_of(rows[i], i));
  const auto results = connection_.session().execute_all_within(
      kPatience,
      {postgres::Statement(kTakeTurn), postgres::Statement(sql::kAddRows, given.dump())});
  std::vector<RowId> ids;
  ids.reserve(rows.size());
  for (const auto& row : results.back()) ids.push_back(row[0].as<RowId>());
  return ids;
}

MarkResult Catalogue::add_job(const queue::QueueTable& table, const std::string& job_id) {
  postgres::Result jobs;
  try {
    jobs = connection_.session().execute_with(
        postgres::Values::kOfClient, kPatience,
        postgres::fill_in(sql::kFindJobToMark, {{"{jobs}", table.quoted}}), job_id);
  } catch (const postgres::RowRefused&) {
    return {};  // the column's type refuses the value
  }
  MarkResult result;
  if (jobs.empty()) return result;
  const auto job = jobs[0];
  result.outcome = Marked::kNotCompleted;
  if (job["status"].text() != "completed") return result;
  result.outcome = Marked::kNoMeasurements;
  if (job["content"].is_null()) return result;

  NewRow row;
  row.content = sha256_of(job["content"].text());
  row.song.song = job["title"].as<std::string>();
  row.song.artist = job["artist"].as<std::string>();
  row.song.genre = postgres::optional_text(job["genre"]);
  row.song.origin = "job " + job_id;
  if (row.song.genre && row.song.genre->empty()) row.song.genre.reset();
  if (auto problem = problem_of(row.song)) {
    result.outcome = Marked::kRefused;
    result.problem = std::move(*problem);
    return result;
  }
  analysis::KnownParts known;
  for (const auto& part : connection_.session().execute_within(
           kPatience, sql::kFindPartsToMark, "\\x" + job["content"].as<std::string>(),
           wanted_parts()))
    read_part(part, known);
  if (!known.core || !known.rhythm || !known.tonal || !known.timbre) return result;
  row.vectors = vectors_of(known);
  if (is_of_silence(row.vectors)) {
    result.outcome = Marked::kRefused;
    result.problem = kSilent;
    return result;
  }
  row.facts = facts_of(*known.core, *known.rhythm, *known.tonal);
  if (known.fingerprint) row.fingerprint = std::move(known.fingerprint->items);
  result.outcome = Marked::kAdded;
  result.id = add({&row, 1}).front();
  return result;
}

bool Catalogue::remove(RowId id) {
  return !connection_.session().execute_within(kPatience, sql::kRemoveRow, id).empty();
}

std::optional<CatalogueRow> Catalogue::find(RowId id) {
  return first_of(connection_.session().execute_within(kPatience, with_columns(sql::kFindRow), id));
}

std::optional<CatalogueRow> Catalogue::find(const Sha256& content) {
  return first_of(connection_.session().execute_within(kPatience, with_columns(sql::kFindContent),
                                                       bytea(content)));
}

std::vector<CatalogueRow> Catalogue::list(const std::string& search, RowId before, int limit) {
  return rows_of(connection_.session().execute_with(
      postgres::Values::kOfClient, kPatience, with_columns(sql::kListRows), search, before, limit));
}

std::vector<CatalogueRow> Catalogue::read_rows(RowId after, int limit) {
  return rows_of(
      connection_.session().execute_within(kPatience, with_columns(sql::kReadRows), after, limit));
}

std::vector<CatalogueRow> Catalogue::read_stale_rows(std::span<const analysis::Space> like,
                                                     RowId after, int limit) {
  return rows_of(connection_.session().execute_within(kPatience, with_columns(sql::kReadStaleRows),
                                                      wanted_vectors(like), after, limit));
}

KindInUse Catalogue::kind_in_use(std::span<const analysis::Space> like) {
  KindInUse found;
  for (std::size_t place = 0; place < like.size(); ++place) {
    const auto& space = like[place];
    const auto counts = connection_.session().execute_within(
        kPatience, sql::kCountStale, space.kind(), space.version(), vector_bytes(space))[0];
    found.place = place;
    found.rows = counts["rows"].as<std::int64_t>();
    found.stale = counts["stale"].as<std::int64_t>();
    if (found.rows > 0 && found.stale == 0) break;
    if (place == 0) found.lacking = found.stale;
  }
  if (found.place == 0) found.lacking = 0;
  return found;
}

std::vector<std::vector<float>> Catalogue::sample_vectors(const analysis::Space& like, int limit) {
  std::vector<std::vector<float>> vectors;
  for (const auto& row :
       connection_.session().execute_within(kPatience, sql::kSampleVectors, like.kind(),
                                            like.version(), vector_bytes(like), limit)) {
    auto vector = numbers_of<float>(row[0].text());
    if (is_finite(vector)) vectors.push_back(std::move(vector));
  }
  return vectors;
}

CatalogueStats Catalogue::stats() {
  const auto results = connection_.session().execute_all_within(
      kPatience, {postgres::Statement(sql::kCountRows), postgres::Statement(sql::kCountGenres),
                  postgres::Statement(sql::kCountVersions)});
  CatalogueStats stats{.rows = results[0][0][0].as<std::int64_t>(),
                       .genres = {},
                       .versions = {},
                       .fingerprints = results[0][0][1].as<std::int64_t>()};
  for (const auto& row : results[1])
    stats.genres.push_back({row["genre"].as<std::string>(), row["rows"].as<std::int64_t>()});
  for (const auto& row : results[2])
    stats.versions.push_back(
        {row["kind"].as<std::string>(), row["version"].as<int>(), row["rows"].as<std::int64_t>()});
  return stats;
}

StoredSpace Catalogue::tune(const analysis::Space& like) {
  const auto rows = sample_vectors(like, kRowsOfSpace);
  if (rows.size() < analysis::Space::kLeastRows)
    throw ConfigError("a space takes at least " + std::to_string(analysis::Space::kLeastRows) +
                      " songs, and the catalogue has " + std::to_string(rows.size()) +
                      ": import more, or run `aura catalogue remeasure` if there are older ones");
  StoredSpace stored{.space = analysis::Space::fit(like.kind(), like.version(), rows),
                     .rows = static_cast<std::int64_t>(rows.size())};
  const auto results = connection_.session().execute_all_within(
      kPatience, {postgres::Statement(kTakeTurn),
                  postgres::Statement(sql::kRetireSpace, like.kind(), like.version()),
                  postgres::Statement(sql::kStoreSpace, like.kind(), like.version(),
                                      stored.space.write(), stored.rows)});
  stored.id = results.back()[0][0].as<int>();
  return stored;
}

void Catalogue::use_shipped_space(const analysis::Space& like) {
  connection_.session().execute_within(kPatience, sql::kRetireSpace, like.kind(), like.version());
}

std::optional<StoredSpace> Catalogue::current_space(const analysis::Space& like) try {
  const auto rows =
      connection_.session().execute_within(kPatience, sql::kFindSpace, like.kind(), like.version());
  if (rows.empty()) return std::nullopt;
  auto space = analysis::Space::read(rows[0]["space"].text());
  if (space.kind() != like.kind() || space.version() != like.version() ||
      space.size() != like.size())
    return std::nullopt;
  return StoredSpace{.id = rows[0]["id"].as<int>(),
                     .space = std::move(space),
                     .rows = rows[0]["rows"].as<std::int64_t>()};
} catch (const analysis::BadMeasurement&) {
  return std::nullopt;
}

int prune_removed(postgres::Connection& connection, int limit) {
  return static_cast<int>(
      connection.session().execute_within(kPatience, sql::kPruneRemoved, limit).size());
}

}  // namespace aura::catalogue
