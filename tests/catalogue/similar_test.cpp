#include "aura/catalogue/similar.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "songs.h"

namespace aura::catalogue {
namespace {

constexpr std::size_t kPlenty = std::size_t{1} << 30;

/// A vector at a distance of about `step` from `from`: the smaller, the more similar.
std::vector<float> beside(const std::vector<float>& from, float step) {
  auto vector = from;
  vector[0] += step;
  return vector;
}

/// Candidates around the middle, "0" the nearest, each by an artist of its own.
struct Around {
  analysis::Space space = test_space();
  SimilarQuery query;
  std::vector<CandidateRow> candidates;

  explicit Around(int count = 20) {
    query.vectors = {{"timbre", 1, std::vector<float>(kTestSize)}};
    query.vectors[0].values.front() = 1e-6F;  // not that of silence
    query.title = "My Song";
    query.artist = "Me";
    for (int i = 0; i < count; ++i) {
      CandidateRow row;
      row.id = 100 + i;
      row.content = content(std::to_string(i));
      row.song.song = "Song " + std::to_string(i);
      row.song.artist = "Artist " + std::to_string(i);
      row.vector = beside(query.vectors[0].values, 0.05F * static_cast<float>(i + 1));
      candidates.push_back(std::move(row));
    }
  }
  std::vector<SimilarHit> choose() const { return choose_hits(space, query, candidates); }
  static std::vector<RowId> ids(const std::vector<SimilarHit>& hits) {
    std::vector<RowId> result;
    for (const auto& hit : hits) result.push_back(hit.id);
    return result;
  }
};

}  // namespace

TEST_CASE("similar: nothing sounds like silence") {
  Around around;
  CHECK(!around.choose().empty());
  around.query.vectors = {{"timbre", 1, std::vector<float>(kTestSize)}};
  CHECK(around.choose().empty());
}

TEST_CASE("similar: the most similar first, ten of them, to three decimals") {
  Around around;
  std::ranges::reverse(around.candidates);
  const auto hits = around.choose();
  CHECK(Around::ids(hits) == std::vector<RowId>{100, 101, 102, 103, 104, 105, 106, 107, 108, 109});
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const auto placed = around.space.place(around.query.vectors[0].values);
    const auto other = around.space.place(
        beside(around.query.vectors[0].values, 0.05F * static_cast<float>(i + 1)));
    const double exact = analysis::Space::similarity(
        analysis::distance(placed, other), around.space.crowd(placed), around.space.crowd(other));
    CHECK(std::abs(hits[i].similarity - exact) <= 0.0005);
    CHECK(std::round(hits[i].similarity * 1000) / 1000 == hits[i].similarity);
    CHECK(hits[i].song.song == "Song " + std::to_string(i));
  }
  around.query.count = 3;
  CHECK(around.choose().size() == 3);
  around.query.count = 0;
  CHECK(around.choose().empty());
  around.candidates.clear();
  CHECK(around.choose().empty());
  around.query.vectors[0].values.pop_back();
  CHECK_THROWS_AS(around.choose(), std::invalid_argument);
}

TEST_CASE("similar: mutual proximity ranks, not the distance alone") {
  // Two candidates as far from the track: one amid the crowd, one far from all others, for which
  // the track is the nearest of all. The second is the more similar.
  Around around(0);
  around.query.vectors[0].values[1] = 1.5F;
  CandidateRow inside;
  inside.id = 1;
  inside.song.song = inside.song.artist = "inside";
  inside.vector.assign(kTestSize, 0.0F);
  inside.vector[1] = 0.5F;
  auto outside = inside;
  outside.id = 2;
  outside.song.song = outside.song.artist = "outside";
  outside.vector[1] = 2.4F;  // even a little nearer to the edge than the first to the track
  around.candidates = {inside, outside};
  const auto hits = around.choose();
  REQUIRE(hits.size() == 2);
  CHECK(hits[0].id == 2);
  CHECK(hits[0].similarity > hits[1].similarity);
}

TEST_CASE("similar: the track's own recording is left out by its content") {
  Around around;
  around.query.contents = {content("0"), content("3")};
  const auto hits = around.choose();
  CHECK(Around::ids(hits) == std::vector<RowId>{101, 102, 104, 105, 106, 107, 108, 109, 110, 111});
}

TEST_CASE("similar: the same recording is found by fingerprint, among the ten best") {
  Around around;
  around.query.contents = {content("0")};
  around.query.fingerprint = {1, 2, 3};
  std::vector<RowId> asked;
  const ReadFingerprints read = [&](std::span<const RowId> ids) {
    asked.assign(ids.begin(), ids.end());
    std::vector<Fingerprint> fingerprints;
    for (const auto id : ids)
      fingerprints.push_back(id == 102   ? Fingerprint{1, 2, 3}
                             : id == 103 ? Fingerprint{}
                                         : Fingerprint{static_cast<std::uint32_t>(id)});
    return fingerprints;
  };
  int compared = 0;
  const SameRecording is_same = [&](std::span<const std::uint32_t> a,
                                    std::span<const std::uint32_t> b) {
    ++compared;
    return std::ranges::equal(a, b);
  };
  const auto hits = choose_hits(around.space, around.query, around.candidates, is_same, read);
  CHECK(asked == std::vector<RowId>{101, 102, 103, 104, 105, 106, 107, 108, 109, 110});
  CHECK(compared == 9);  // one is unknown
  CHECK(Around::ids(hits) == std::vector<RowId>{101, 103, 104, 105, 106, 107, 108, 109, 110, 111});
  // Nothing is read where nothing can be compared.
  asked.clear();
  choose_hits(around.space, around.query, around.candidates, {}, read);
  around.query.fingerprint.clear();
  choose_hits(around.space, around.query, around.candidates, is_same, read);
  CHECK(asked.empty());
}

TEST_CASE("similar: another version of the track's own song is left out, its artist too") {
  Around around;
  around.candidates[0].song.artist = "ME";
  around.candidates[0].song.song = "My Song (Live)";
  around.candidates[1].song.artist = "The Me";
  around.candidates[1].song.song = "my song - 2009 Remaster";
  around.candidates[2].song.artist = "Me feat. Somebody";
  around.candidates[2].song.song = "Another";
  around.candidates[3].song.song = "My Song";  // a song of that name by somebody else
  CHECK(Around::ids(around.choose()).front() == 103);
  around.query.same_artist = true;
  auto hits = around.choose();
  CHECK(hits[0].id == 102);
  CHECK(hits[1].id == 103);
  // Without a title, only the artist can be compared; without an artist, nothing.
  around.query.title.clear();
  CHECK(around.choose()[0].id == 100);
  around.query.same_artist = false;
  CHECK(around.choose()[0].id == 103);
  around.query.artist.clear();
  CHECK(around.choose()[0].id == 100);
}

TEST_CASE("similar: an artist has one song among ten") {
  Around around(40);
  for (std::size_t i = 0; i < 40; ++i)
    around.candidates[i].song.artist = i < 30 ? "Prolific" : "Other " + std::to_string(i);
  around.candidates[0].song.song = "Hit";
  around.candidates[1].song.song = "Hit (Radio Edit)";
  CHECK(Around::ids(around.choose()) ==
        std::vector<RowId>{100, 130, 131, 132, 133, 134, 135, 136, 137, 138});
  around.query.count = 20;
  const auto hits = around.choose();
  CHECK(hits.size() == 12);
  CHECK(hits[0].id == 100);
  CHECK(hits[1].id == 102);  // not the radio edit of the first
  CHECK(hits[2].id == 130);
}

TEST_CASE("similar: fewer hits rather than songs below the floor") {
  Around around(8);
  for (std::size_t i = 0; i < 8; ++i)
    around.candidates[i].vector =
        beside(around.query.vectors[0].values, 0.4F * static_cast<float>(i + 1));
  around.query.floor = 0;
  const auto all = around.choose();
  REQUIRE(all.size() == 8);
  CHECK(all[7].similarity < all[4].similarity - 0.01);
  around.query.floor = all[4].similarity;
  CHECK(around.choose().size() == 5);
  around.query.floor = std::nextafter(all[4].similarity, 1.0);
  CHECK(around.choose().size() == 4);
  around.query.floor = 1.1;
  CHECK(around.choose().empty());
}

namespace {

struct Searched : Filled {
  postgres::Connection connection = database.connect();
  Catalogue catalogue{connection};
  CatalogueReader reader{{test_space()}, kPlenty};
  std::mt19937 vectors{1};
  SimilarQuery query;

  Searched() {
    query.vectors = {{"timbre", 1, std::vector<float>(kTestSize)}};
    query.vectors[0].values.front() = 1e-6F;
  }
  std::vector<RowId> add(const std::vector<NewRow>& rows) { return catalogue.add(rows); }
  NewRow near(int i, const std::string& artist = "") {
    return new_row("near " + std::to_string(i),
                   beside(query.vectors[0].values, 0.002F * static_cast<float>(i + 1)), artist);
  }
  std::vector<SimilarHit> find(const SameRecording& is_same = {}) {
    reader.refresh(connection, CatalogueReader::Scope::kFull);
    return find_similar(reader.view().value(), connection, query, is_same);
  }
};

}  // namespace

TEST_CASE_METHOD(Searched, "similar: hits come with what the catalogue knows of them") {
  auto row = near(0);
  row.song.year = 1999;
  row.song.genre = "Rock";
  row.song.spotify_url = "https://open.spotify.com/track/1";
  row.song.image_url = "https://i.scdn.co/1";
  row.facts = {.tempo_bpm = 120.5, .key = "A minor", .loudness_lufs = -8.5};
  const auto ids = add({row, near(1), near(2)});
  const auto hits = find();
  REQUIRE(hits.size() == 3);
  auto expected = row.song;
  expected.origin.clear();  // may hold secrets
  CHECK(hits[0].id == ids[0]);
  CHECK(hits[0].song == expected);
  CHECK(hits[0].facts == row.facts);
  CHECK(hits[0].similarity > hits[2].similarity - 0.001);
}

TEST_CASE_METHOD(Searched,
                 "similar: a song that was removed since the index was read is not found") {
  const auto ids = add({near(0), near(1)});
  reader.refresh(connection, CatalogueReader::Scope::kFull);
  const auto view = reader.view().value();
  catalogue.remove(ids[0]);
  CHECK(Around::ids(find_similar(view, connection, query)) == std::vector<RowId>{ids[1]});
  database.execute("DELETE FROM aura.catalogue");
  CHECK(find_similar(view, connection, query).empty());
}

TEST_CASE_METHOD(Searched,
                 "similar: a row whose vector is damaged or of another version is not found") {
  const auto ids = add({near(0), near(1), near(2)});
  reader.refresh(connection, CatalogueReader::Scope::kFull);
  const auto view = reader.view().value();
  database.execute("UPDATE aura.catalogue_vector SET version = 2 WHERE catalogue_id = " +
                   std::to_string(ids[0]));
  database.execute("UPDATE aura.catalogue_vector SET vector = '\\x00' WHERE catalogue_id = " +
                   std::to_string(ids[1]));
  CHECK(Around::ids(find_similar(view, connection, query)) == std::vector<RowId>{ids[2]});
}

TEST_CASE_METHOD(Searched, "similar: fingerprints are read from the database") {
  auto same = near(0);
  same.fingerprint = {7, 8, 0xFFFFFFFF};
  auto other = near(1);
  other.fingerprint = {9};
  const auto ids = add({same, other, near(2)});
  query.fingerprint = same.fingerprint;
  const SameRecording is_same = [](std::span<const std::uint32_t> a,
                                   std::span<const std::uint32_t> b) {
    return std::ranges::equal(a, b);
  };
  CHECK(Around::ids(find(is_same)) == std::vector<RowId>{ids[1], ids[2]});
  CHECK(find().size() == 3);
  database.execute("UPDATE aura.catalogue_fingerprint SET fingerprint = '\\x00'");  // damaged
  CHECK(find(is_same).size() == 3);
}

TEST_CASE_METHOD(Searched, "similar: genre and tempo filter before the search") {
  std::vector<NewRow> rows;
  for (int i = 0; i < 300; ++i) {
    rows.push_back(near(i));
    rows.back().song.genre = i < 295 ? "Pop" : "Rock";
    rows.back().facts.tempo_bpm = 100 + i;
  }
  const auto ids = add(rows);
  query.filter.genre = "rock";
  CHECK(find().size() == 5);
  query.filter.min_tempo_bpm = 397;
  query.filter.max_tempo_bpm = 398;
  CHECK(Around::ids(find()) == std::vector<RowId>{ids[297], ids[298]});
}

TEST_CASE_METHOD(Searched, "similar: an artist with hundreds of songs does not hide the others") {
  std::vector<NewRow> rows;
  for (int i = 0; i < 300; ++i) rows.push_back(near(i, i < 290 ? "Prolific" : ""));
  const auto ids = add(rows);
  query.artist = "Prolific";
  const auto hits = find();
  CHECK(hits.size() == 10);
  CHECK(hits[0].id == ids[290]);
}

TEST_CASE("hubs: how unevenly rows are found") {
  const auto space = test_space();
  std::mt19937 random(3);
  // Eleven equal rows have each other: every count is ten.
  const auto one = random_vector(random);
  std::vector<std::vector<float>> rows(11, one);
  CHECK(measure_hubs(space, rows).skew == 0);
  CHECK(measure_hubs(space, rows).never_returned == 0);
  // One far away finds ten of them, and none finds it: counts of 11 (ten times), 10 and 0. Mean 10,
  // variance 110 / 12, third moment -990 / 12.
  rows.emplace_back(kTestSize, 4.0F);
  const auto uneven = measure_hubs(space, rows);
  CHECK(uneven.skew == Approx(-990.0 / 12 / std::pow(110.0 / 12, 1.5)));
  CHECK(uneven.never_returned == Approx(1.0 / 12));
  CHECK(measure_hubs(space, {}).skew == 0);
  CHECK(measure_hubs(space, std::span(rows).first(1)).never_returned == 1);
}

}  // namespace aura::catalogue
