// How long it takes to find songs like a track, in catalogues of ROWS songs with random vectors.
//
//   aura-bench-similar [ROWS [DATABASE_URL]]
//
// Prints JSON: how long an index takes to be filled and to find candidates, and, in the database,
// which must be empty, to be loaded and to find hits as a job does: candidates, their rows, ranks
// and filters. Fingerprints are not read.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "aura/base/sha256.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/catalogue/resident_index.h"
#include "aura/catalogue/similar.h"
#include "aura/postgres/database_url.h"
#include "aura/postgres/migrations.h"

namespace {

using namespace aura;
using namespace aura::catalogue;

constexpr int kSize = 64;
constexpr std::size_t kPlenty = std::size_t{1} << 32;
constexpr int kSearches = 200;

/// How long something took, and of that on this thread's processor. On a busy machine the second
/// says more, but it lacks what the database's processes take.
struct Took {
  double ms = 0;
  double cpu_ms = 0;
};

double cpu_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

Took time_of(const std::function<void()>& body) {
  const auto begin = std::chrono::steady_clock::now();
  const double cpu_begin = cpu_ms();
  body();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  return {took.count(), cpu_ms() - cpu_begin};
}

nlohmann::json median_of(std::vector<Took> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle, {}, &Took::ms);
  const double ms = middle->ms;
  std::ranges::nth_element(times, middle, {}, &Took::cpu_ms);
  return {{"ms", ms},
          {"cpu_ms", middle->cpu_ms},
          {"least_ms", std::ranges::min(times, {}, &Took::ms).ms}};
}

class Songs {
 public:
  std::vector<float> vector() {
    std::vector<float> values(kSize);
    for (auto& value : values) value = normal_(random_);
    return values;
  }
  NewRow row(int i) {
    NewRow row;
    const auto name = "Song number " + std::to_string(i);
    row.content = sha256({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
    row.song.song = name;
    row.song.artist = "Artist number " + std::to_string(i / 12);  // a dozen songs each
    row.song.year = 1960 + i % 60;
    row.song.genre = "Genre " + std::to_string(i % 25);
    row.song.spotify_url = "https://open.spotify.com/track/" + std::to_string(i);
    row.song.origin = "/music/" + name + ".mp3";
    row.facts = {.tempo_bpm = 70 + i % 100, .key = "A minor", .loudness_lufs = -9};
    row.vectors = {{"timbre", 1, vector()}};
    return row;
  }
  analysis::Space space() {
    std::vector<std::vector<float>> rows;
    for (int i = 0; i < 1000; ++i) rows.push_back(vector());
    return analysis::Space::fit("timbre", 1, rows);
  }

 private:
  std::mt19937 random_{19};
  std::normal_distribution<float> normal_;
};

Filter any_filter(int i) {
  Filter filter;
  if (i % 2 == 0) filter.genre = "genre " + std::to_string(i % 25);
  if (i % 4 < 2) {
    filter.min_tempo_bpm = 100;
    filter.max_tempo_bpm = 120;
  }
  return filter;
}

nlohmann::json measure_index(int rows) {
  Songs songs;
  const auto space = songs.space();
  ResidentIndex index(kSize, kPlenty);
  Took fill;
  for (int begin = 0; begin < rows; begin += 5000) {
    std::vector<Entry> entries;
    for (int i = begin; i < std::min(rows, begin + 5000); ++i) {
      const auto row = songs.row(i);
      entries.push_back({.id = i + 1,
                         .vector = space.place(row.vectors[0].values),
                         .genre = *row.song.genre,
                         .tempo_bpm = row.facts.tempo_bpm});
    }
    const auto took = time_of([&] { index.add(entries); });
    fill.ms += took.ms;
    fill.cpu_ms += took.cpu_ms;
  }
  std::vector<Took> plain;
  std::vector<Took> filtered;
  std::vector<Took> added;
  for (int i = 0; i < kSearches; ++i) {
    const auto target = space.place(songs.vector());
    plain.push_back(time_of([&] { index.nearest(target, kCandidates, {}); }));
    const auto filter = any_filter(i);
    filtered.push_back(time_of([&] { index.nearest(target, kCandidates, filter); }));
    const Entry one{.id = i * 7 + 1, .vector = target, .genre = "new", .tempo_bpm = 1};
    added.push_back(time_of([&] { index.add({&one, 1}); }));
  }
  return {{"fill", median_of({fill})},
          {"bytes_a_row", static_cast<double>(index.bytes()) / rows},
          {"candidates", median_of(plain)},
          {"candidates_with_filter", median_of(filtered)},
          {"replace_one_row", median_of(added)}};
}

nlohmann::json measure_database(int rows, const std::string& url) {
  Songs songs;
  const auto space = songs.space();
  postgres::Connection connection(postgres::parse_database_url(url));
  postgres::migrate(connection);
  Catalogue catalogue(connection);
  const auto import = time_of([&] {
    std::vector<NewRow> batch;
    for (int i = 0; i < rows; ++i) {
      batch.push_back(songs.row(i));
      if (batch.size() < Catalogue::kBatch && i + 1 < rows) continue;
      catalogue.add(batch);
      batch.clear();
    }
  });
  std::vector<Took> loads;
  for (int i = 0; i < 3; ++i) {
    CatalogueReader reader({space}, kPlenty);
    loads.push_back(time_of([&] { reader.refresh(connection, CatalogueReader::Scope::kFull); }));
  }
  CatalogueReader reader({space}, kPlenty);
  reader.refresh(connection, CatalogueReader::Scope::kFull);
  std::vector<Took> idle;
  for (int i = 0; i < 10; ++i)
    idle.push_back(time_of([&] { reader.refresh(connection, CatalogueReader::Scope::kRecent); }));
  const auto view = reader.view().value();
  std::vector<Took> found;
  std::vector<Took> found_with_filter;
  std::size_t hits = 0;
  for (int i = 0; i < kSearches; ++i) {
    SimilarQuery query;
    query.vectors = {{"timbre", 1, songs.vector()}};
    query.title = "Song number 7";
    query.artist = "Artist number 3";
    found.push_back(time_of([&] { hits += find_similar(view, connection, query).size(); }));
    query.filter = any_filter(i);
    found_with_filter.push_back(
        time_of([&] { hits += find_similar(view, connection, query).size(); }));
  }
  return {{"import", median_of({import})},
          {"load", median_of(loads)},
          {"refresh_after_import", median_of(idle)},
          {"hits", median_of(found)},
          {"hits_with_filter", median_of(found_with_filter)},
          {"hits_a_search", static_cast<double>(hits) / (2 * kSearches)}};
}

}  // namespace

int main(int argc, char** argv) try {
  const int rows = argc > 1 ? std::stoi(argv[1]) : 100'000;
  if (rows < 1 || argc > 3)
    throw std::runtime_error("usage: aura-bench-similar [ROWS [DATABASE_URL]]");
  nlohmann::json result{{"rows", rows}, {"index", measure_index(rows)}};
  if (argc > 2) result["database"] = measure_database(rows, argv[2]);
  std::puts(result.dump(2).c_str());
} catch (const std::exception& error) {
  std::fprintf(stderr, "aura-bench-similar: %s\n", error.what());
  return 1;
}
