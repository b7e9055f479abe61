#include "import_lanes.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "rows.h"
#include "sql_files.h"

namespace aura::catalogue {
namespace {

constexpr std::size_t kMostLanes = 8;
constexpr std::chrono::seconds kPatience{30};
constexpr int kPage = 10'000;

}  // namespace

ImportLane::ImportLane(const postgres::DatabaseUrl& database,
                       std::span<const analysis::Space> wanted)
    : wanted_(wanted),
      connection_(database),
      catalogue_(connection_),
      store_(connection_, Sharing::kAll) {}

std::optional<MeasuredRow> ImportLane::find(const Sha256& content) {
  const Lock lock(mutex_);
  const auto found = connection_.session().execute_within(kPatience, sql::kFindVectors,
                                                          bytea(content), wanted_vectors(wanted_));
  if (found.size() < wanted_.size()) return std::nullopt;
  auto row = catalogue_.find(content);
  if (!row) return std::nullopt;  // removed meanwhile
  MeasuredRow measured{.row = std::move(*row),
                       .vectors = {},
                       .fingerprint = numbers_of<std::uint32_t>(found[0]["fingerprint"].text())};
  for (const auto& vector : found)
    measured.vectors.push_back({.kind = vector["kind"].as<std::string>(),
                                .version = vector["version"].as<int>(),
                                .values = numbers_of<float>(vector["vector"].text())});
  return measured;
}

StoredParts ImportLane::find_stored(const Sha256& content, bool uses_store) {
  StoredParts stored{.key = content, .parts = {}};
  if (uses_store) {
    const Lock lock(mutex_);
    stored = store_.find(content, std::nullopt);
  }
  stored.parts = analysis::wanting_fingerprint(std::move(stored.parts));
  if (!stored.parts.pictures) stored.parts.pictures.emplace();  // nobody looks at them
  return stored;
}

void ImportLane::store(const StoredParts& stored, const analysis::Measurements& measured) {
  const Lock lock(mutex_);
  store_.store_file(stored, measured);
}

void ImportLane::add(const NewRow& row) {
  const Lock lock(mutex_);
  catalogue_.add({&row, 1});
}

std::unordered_map<std::string, Sha256> ImportLane::list_origins() {
  const Lock lock(mutex_);
  std::unordered_map<std::string, Sha256> origins;
  const auto sql = postgres::fill_in(sql::kListOrigins, {{"{lacks_vector}", sql::kLacksVector}});
  RowId after = 0;
  while (true) {
    const auto rows =
        connection_.session().execute_within(kPatience, sql, wanted_vectors(wanted_), after, kPage);
    for (const auto& row : rows) {
      origins[row["origin"].as<std::string>()] = sha256_of(row["content"].text());
      after = row["id"].as<RowId>();
    }
    if (rows.size() < static_cast<std::size_t>(kPage)) return origins;
  }
}

ImportLanes::ImportLanes(const postgres::DatabaseUrl& database,
                         std::span<const analysis::Space> wanted, std::size_t threads) {
  while (lanes_.size() < std::clamp<std::size_t>(threads, 1, kMostLanes))
    lanes_.push_back(std::make_unique<ImportLane>(database, wanted));
}

}  // namespace aura::catalogue
