#include "aura/catalogue/pgvector_index.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "aura/catalogue/song.h"
#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "sql_files.h"

namespace aura::catalogue {
namespace {

/// A job waits, which can do without hits.
constexpr std::chrono::seconds kPatience{5};
/// How many rows HNSW weighs for each that it gives. pgvector allows 1,000 in all.
constexpr std::size_t kEffort = 4;
constexpr std::size_t kMostEffort = 1000;

/// Returns pgvector's text of a vector: "[1,2]".
std::string vector_literal(std::span<const float> numbers) {
  std::array<char, 32> buffer{};
  std::string text = "[";
  for (const float number : numbers) {
    if (text.size() > 1) text += ',';
    text.append(buffer.data(),
                std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr);
  }
  return text + "]";
}

/// Returns, as a JSON array, each way in which the catalogue writes `genre`; nothing if none.
std::optional<std::string> spellings_of(postgres::Connection& connection,
                                        const std::string& genre) {
  const auto wanted = normalised(genre);
  auto spellings = nlohmann::json::array();
  for (const auto& row : connection.session().execute_within(kPatience, sql::kListGenres)) {
    auto spelling = row[0].as<std::string>();
    if (normalised(spelling) == wanted) spellings.push_back(std::move(spelling));
  }
  if (spellings.empty()) return std::nullopt;
  return spellings.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<float> to_float(const std::optional<double>& number) {
  return number ? std::optional(static_cast<float>(*number)) : std::nullopt;
}

}  // namespace

PgvectorIndex::PgvectorIndex(std::string schema, std::string table, int size, std::size_t rows)
    : schema_(std::move(schema)),
      table_(std::move(table)),
      size_(static_cast<std::size_t>(size)),
      rows_(rows) {}

std::vector<Candidate> PgvectorIndex::nearest(postgres::Connection& connection,
                                              std::span<const float> placed, std::size_t count,
                                              const Filter& filter) const {
  if (placed.size() != size_) throw std::invalid_argument("a vector's size is not its index's");
  if (count == 0) return {};
  std::optional<std::string> genres;
  if (filter.genre) {
    genres = spellings_of(connection, *filter.genre);
    if (!genres) return {};
  }
  const bool is_filtered = genres || filter.min_tempo_bpm || filter.max_tempo_bpm;
  const auto sql = postgres::fill_in(is_filtered ? sql::kFindNeighboursAmong : sql::kFindNeighbours,
                                     {{"{schema}", schema_}, {"{table}", table_}});
  const auto target = vector_literal(placed);
  const auto search = [&](std::vector<postgres::Statement> statements) {
    if (is_filtered) {
      statements.emplace_back(sql, target, count, genres, to_float(filter.min_tempo_bpm),
                              to_float(filter.max_tempo_bpm));
    } else {
      statements.emplace_back(sql, target, count);
    }
    const auto results = connection.session().execute_all_within(kPatience, std::move(statements));
    std::vector<Candidate> candidates;
    for (const auto& row : results.back())
      candidates.push_back({row["id"].as<RowId>(), row["distance"].as<double>()});
    return candidates;
  };
  // HNSW filters what it has found. Without iteration, rare genres would find next to nothing.
  const auto effort = std::clamp(count * kEffort, std::size_t{1}, kMostEffort);
  auto candidates =
      search({postgres::Statement("SET LOCAL hnsw.iterative_scan = strict_order"),
              postgres::Statement("SET LOCAL hnsw.ef_search = " + std::to_string(effort))});
  // HNSW gives up after hnsw.max_scan_tuples. Then few rows pass the filter: reading them is quick.
  if (candidates.size() < count && (is_filtered || candidates.size() < rows_))
    candidates = search({postgres::Statement("SET LOCAL enable_indexscan = off"),
                         postgres::Statement("SET LOCAL enable_seqscan = on"),
                         postgres::Statement("SET LOCAL enable_sort = on")});
  std::ranges::sort(candidates, {}, [](const Candidate& candidate) {
    return std::pair(candidate.distance, candidate.id);
  });
  return candidates;
}

}  // namespace aura::catalogue
