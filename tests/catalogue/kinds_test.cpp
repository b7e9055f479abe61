#include <catch2/catch.hpp>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "aura/base/error.h"
#include "aura/catalogue/examine.h"
#include "aura/catalogue/forget.h"
#include "aura/catalogue/import_songs.h"
#include "aura/catalogue/job_measurements.h"
#include "aura/catalogue/measured_row.h"
#include "aura/catalogue/similar.h"
#include "kinds.h"

namespace aura::catalogue {
namespace {

using Catch::Matchers::Contains;
using Scope = CatalogueReader::Scope;

struct Stored : Kinds {
  /// The kinds and versions that are stored of a row.
  std::string vectors_of_row(RowId id) {
    return database.value(
        "SELECT string_agg(kind || version, ' ' ORDER BY kind, version) FROM "
        "aura.catalogue_vector WHERE catalogue_id = " +
        std::to_string(id));
  }
  queue::Finding examined(const CatalogueSettings& settings = {}) {
    return examine_catalogue(postgres::parse_database_url(database.url()), settings, both_spaces());
  }
};

}  // namespace

TEST_CASE_METHOD(Stored, "kinds: an addition keeps other kinds, and the version before of each") {
  auto row = measured("a");
  const auto id = add(row);
  CHECK(vectors_of_row(id) == "embedding1 timbre1");
  row.vectors.pop_back();  // a worker without the model
  row.vectors[0].version = 3;
  CHECK(add(row) == id);
  CHECK(vectors_of_row(id) == "embedding1 timbre3");
  row.vectors.push_back({"embedding", 2, random_embedding(vectors)});
  add(row);
  CHECK(vectors_of_row(id) == "embedding1 embedding2 timbre3");
  row.vectors[1].version = 3;
  add(row);
  CHECK(vectors_of_row(id) == "embedding2 embedding3 timbre3");
  catalogue.remove(id);
  CHECK(vectors_of_row(id).empty());
}

TEST_CASE_METHOD(Stored, "kinds: rows without vectors, or with two of a kind, are refused") {
  auto row = measured("a");
  const auto is_refused = [&] {
    CHECK_THROWS_AS(add(row), std::invalid_argument);
    return count("aura.catalogue") == "0";
  };
  row.vectors[1].kind = "timbre";
  CHECK(is_refused());
  row.vectors[1].kind = "embedding";
  row.vectors[1].values[0] = std::numeric_limits<float>::quiet_NaN();
  CHECK(is_refused());
  row.vectors[1].values.clear();
  CHECK(is_refused());
  row.vectors.clear();
  CHECK(is_refused());
}

TEST_CASE_METHOD(Stored, "kinds: says which kind is in use, and which rows lack the better one") {
  const auto in_use = [&] { return catalogue.kind_in_use(both_spaces()); };
  CHECK(in_use().place == 1);
  CHECK(in_use().rows == 0);
  CHECK(in_use().lacking == 0);
  CHECK_THAT(examined().found, Contains("no songs"));
  const auto a = add_both("a");
  CHECK(in_use().place == 0);
  CHECK(in_use().rows == 1);
  CHECK(examined().verdict == queue::Verdict::kFine);
  CHECK_THAT(examined().found, Contains("by embedding"));
  const auto b = add_timbre("b");
  CHECK(in_use().place == 1);
  CHECK(in_use().rows == 2);
  CHECK(in_use().lacking == 1);
  CHECK(in_use().stale == 0);
  CHECK_THAT(examined().found,
             Contains("2 songs are compared by timbre: 1 of them have no embedding"));
  CHECK_THAT(examined().mend, Contains("aura catalogue remeasure"));
  CatalogueSettings with_pgvector;
  with_pgvector.index = IndexEngine::kPgvector;
  CHECK(examined(with_pgvector).verdict == queue::Verdict::kFine);
  const auto stale = catalogue.read_stale_rows(both_spaces(), 0, 10);
  REQUIRE(stale.size() == 1);
  CHECK(stale[0].id == b);
  database.execute("UPDATE aura.catalogue_vector SET version = 0 WHERE kind = 'timbre'");
  CHECK(catalogue.read_stale_rows(both_spaces(), 0, 10).size() == 2);
  CHECK(catalogue.read_stale_rows(both_spaces(), 0, 1).front().id == a);
  CHECK(in_use().place == 1);
  CHECK(in_use().stale == 2);
}

TEST_CASE_METHOD(Stored, "kinds: a search takes the vector of the kind in use") {
  SimilarQuery query;
  query.vectors = measured("query").vectors;
  query.floor = 0;
  // Near in one kind, far in the other.
  auto by_timbre = measured("by timbre");
  by_timbre.vectors[0].values = query.vectors[0].values;
  by_timbre.vectors[0].values[0] += 0.01F;
  auto by_embedding = measured("by embedding");
  by_embedding.vectors[1].values = query.vectors[1].values;
  by_embedding.vectors[1].values[0] += 0.01F;
  add(by_timbre);
  add(by_embedding);
  const auto first = [&] {
    refresh(Scope::kFull);
    return find_similar(reader.view().value(), connection, query).at(0).song.song;
  };
  CHECK(first() == "by embedding");
  auto more = add_timbre("lacks it");
  CHECK(first() == "by timbre");
  catalogue.remove(more);
  CHECK(first() == "by embedding");

  auto silent = query;  // a model gives numbers for silence
  silent.vectors[0].values.assign(kTestSize, 0.0F);
  CHECK(find_similar(reader.view().value(), connection, silent).empty());
  query.vectors.pop_back();
  CHECK(find_vector(query.vectors, *reader.view()->space) == nullptr);
  CHECK_THROWS_AS(find_similar(reader.view().value(), connection, query), std::invalid_argument);
  query.vectors.push_back({"embedding", 2, random_embedding(vectors)});  // another version
  CHECK_THROWS_AS(find_similar(reader.view().value(), connection, query), std::invalid_argument);
}

TEST_CASE_METHOD(Stored,
                 "kinds: remeasure gives what can be had, and says what a job's row lacks") {
  MeasurementStore store(connection, Sharing::kAll);
  run(store, "job", "of a job");
  auto row = measured("of a job", false);
  row.song.origin = "job job";
  row.vectors[0].version = 0;
  const auto id = add(row);
  auto gone = measured("of a lost job", false);
  gone.song.origin = "job lost";
  add(gone);
  ImportOptions options;
  options.wanted = {embedding_space(), analysis::shipped_space()};
  const AudioAccess no_audio{.open = [](const std::string&, const std::stop_token&) -> Spool {
                               throw JobError("not_found", "there is no audio", Retry::kNo);
                             },
                             .measure = {}};
  const auto rows = catalogue.read_stale_rows(options.wanted, 0, 10);
  REQUIRE(rows.size() == 2);
  std::string problem_of_job;
  std::string problem_of_lost;
  remeasure_songs(postgres::parse_database_url(database.url()), rows, no_audio, options,
                  [&](const CatalogueRow& each, const std::string& problem) {
                    (each.id == id ? problem_of_job : problem_of_lost) = problem;
                  });
  CHECK_THAT(problem_of_job, Contains("before the model was there"));
  CHECK_THAT(problem_of_lost, Contains("by another release"));
  const auto timbre = shipped_spaces(false);
  const auto left = catalogue.read_stale_rows(timbre, 0, 10);
  REQUIRE(left.size() == 1);
  CHECK(left[0].id != id);  // its timbre of today was in the store
}

TEST_CASE_METHOD(Stored, "kinds: what a model has measured of a job is forgotten with it") {
  MeasurementStore store(connection, Sharing::kAll);
  run(store, "a", "song");
  database.execute(
      "INSERT INTO aura.measurement (content_key, part, version, measured) VALUES ('\\x" +
      to_hex(content("song")) + "', 'tags', '1 59.1.100', '{\"embedding\": [1]}')");
  const auto job = find_job_measurements(connection, table, "a");
  REQUIRE(job);
  CHECK(query_for(*job).vectors == vectors_of(job->stored->parts));
  forget_job(connection, table, "a");
  CHECK(count("aura.measurement") == "0");
}

}  // namespace aura::catalogue
