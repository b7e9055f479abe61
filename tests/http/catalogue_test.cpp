#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "with_songs.h"

namespace aura::http {
namespace {

using Catch::Matchers::Contains;
using test::Json;

std::vector<std::string> names_in(const Json& songs) {
  std::vector<std::string> names;
  for (const auto& song : songs) names.push_back(song["song"]);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(WithSongs, "similar: the songs near a job's track, with what is known of them") {
  measured("a", "track");
  add("far", 2);
  const auto nearer = add("near", 0.1F, {120.04, "F# minor", -9.126});
  add("less near", 0.5F);
  database.execute(
      "UPDATE aura.catalogue SET year = 1999, genre = 'Pop', spotify_url = 'https://s/1', "
      "image_url = 'https://i/1', isrc = 'DEAA19300001' WHERE song = 'near'");
  refresh();
  auto answer = body("/api/aura/similar/a");
  CHECK(answer["jobId"] == "a");
  REQUIRE(names_in(answer["hits"]) == Names{"near", "less near"});
  const double similarity = answer["hits"][0]["similarity"];
  CHECK(similarity > 0.9);
  CHECK(similarity >= answer["hits"][1]["similarity"].get<double>());
  answer["hits"][0].erase("similarity");
  CHECK(answer["hits"][0] == Json{{"id", nearer},
                                  {"song", "near"},
                                  {"artist", "Artist of near"},
                                  {"year", 1999},
                                  {"genre", "Pop"},
                                  {"isrc", "DEAA19300001"},
                                  {"spotifyUrl", "https://s/1"},
                                  {"imageUrl", "https://i/1"},
                                  {"tempo", 120.04},
                                  {"key", "F# minor"},
                                  {"loudness", -9.13}});
  CHECK(answer["hits"][1]["year"].is_null());
  CHECK(!answer["hits"][1].contains("tempo"));
  CHECK(names_in(body("/api/aura/similar/a?k=1")["hits"]) == Names{"near"});
  CHECK_THAT(answer.dump(), !Contains("secret") && !Contains("https://h/"));
}

TEST_CASE_METHOD(WithSongs, "similar: neither the track itself nor its artist is a hit") {
  measured("a", "the same file");
  add("the same file");
  add("the same recording", 0.1F, {}, recording());
  add("by the same artist", 0.1F);
  add("other", 0.5F);
  database.execute("UPDATE aura.catalogue SET artist = 'ARTIST' WHERE song LIKE 'by %'");
  refresh();
  CHECK(names_in(body("/api/aura/similar/a")["hits"]) == Names{"other"});
  auto both = settings();
  both.catalogue.same_artist = true;
  Routes liberal(both, instruments, reader, log);
  const auto hits = Json::parse(liberal.later(local("GET", "/api/aura/similar/a")).body)["hits"];
  CHECK(names_in(hits) == Names{"by the same artist", "other"});
  both.catalogue.similar_floor = 1;
  Routes strict(both, instruments, reader, log);
  const auto nearest = Json::parse(strict.later(local("GET", "/api/aura/similar/a")).body)["hits"];
  CHECK(names_in(nearest) == Names{"by the same artist"});
}

TEST_CASE_METHOD(WithSongs, "similar: k is a number from 1 to 50") {
  measured("a", "track");
  refresh();
  for (const std::string k : {"0", "51", "-1", "", "x", "1.5", "99999999999999999999"}) {
    CAPTURE(k);
    const auto answer = ask(local("GET", "/api/aura/similar/a?k=" + k));
    CHECK(answer.status == 400);
    CHECK(Json::parse(answer.body) == Json{{"error", "k must be a number from 1 to 50"}});
  }
  CHECK(status("/api/aura/similar/a?k=1") == 200);
  CHECK(status("/api/aura/similar/a?k=50") == 200);
}

TEST_CASE_METHOD(WithSongs, "similar: says why a job has no neighbours") {
  add("song");
  refresh();
  database.insert_job("waits");
  const auto waiting = ask(local("GET", "/api/aura/similar/waits"));
  CHECK(waiting.status == 409);
  CHECK(Json::parse(waiting.body) == Json{{"error", "the job is not completed"}});
  CHECK(status("/api/aura/similar/none") == 404);
  database.execute("DELETE FROM \"AuraAnalysis\"");

  complete("of an older worker");
  for (const std::string id : {"damaged", "of another version", "forgotten"}) measured(id, id);
  const auto change = [&](const std::string& what, const std::string& id) {
    database.execute(what +
                     " WHERE part = 'timbre' AND content_key = (SELECT content_key FROM "
                     "aura.job_content WHERE job_id = '" +
                     id + "')");
  };
  change("UPDATE aura.measurement SET measured = '{\"values\":[1]}'", "damaged");
  change("UPDATE aura.measurement SET version = '99 1.2.3'", "of another version");
  change("DELETE FROM aura.measurement", "forgotten");
  for (const std::string id :
       {"of%20an%20older%20worker", "damaged", "of%20another%20version", "forgotten"}) {
    CAPTURE(id);
    const auto answer = ask(local("GET", "/api/aura/similar/" + id));
    CHECK(answer.status == 410);
    CHECK_THAT(answer.body, Contains("analyse the track again"));
  }
  CHECK(sink.str().empty());
}

TEST_CASE_METHOD(WithSongs, "similar: without an index says what to do, and whether to ask again") {
  measured("a", "track");
  const auto loading = ask(local("GET", "/api/aura/similar/a"));
  CHECK(loading.status == 503);
  CHECK(loading.retry_after_s > 0);
  CHECK(Json::parse(loading.body) == Json{{"error", "the catalogue is loading: try again"}});
  refresh();
  CHECK(body("/api/aura/similar/a") == Json{{"jobId", "a"}, {"hits", Json::array()}});

  add("song", 0.1F);
  catalogue::CatalogueReader small({test::any_space()}, 1);
  small.refresh(connection, catalogue::CatalogueReader::Scope::kFull);
  Routes crowded(settings(), instruments, small, log);
  const auto too_large = crowded.later(local("GET", "/api/aura/similar/a"));
  CHECK(too_large.status == 503);
  CHECK(too_large.retry_after_s == 0);
  CHECK_THAT(too_large.body, Contains("CATALOGUE_MAX_MB"));

  catalogue::CatalogueReader broken({test::any_space()}, 1 << 20);
  postgres::Connection nowhere(postgres::parse_database_url("postgresql://u@127.0.0.1:1/d"));
  CHECK_THROWS(broken.refresh(nowhere, catalogue::CatalogueReader::Scope::kFull));
  Routes unreadable(settings(), instruments, broken, log);
  const auto unread = unreadable.later(local("GET", "/api/aura/similar/a"));
  CHECK(unread.status == 503);
  CHECK_THAT(unread.body, Contains("aura doctor"));

  database.execute("DROP TABLE aura.space");
  refresh();
  const auto absent = ask(local("GET", "/api/aura/similar/a"));
  CHECK(absent.status == 503);
  CHECK(absent.retry_after_s == 0);
  CHECK_THAT(absent.body, Contains("aura migrate"));
  CHECK(sink.str().empty());
}

TEST_CASE_METHOD(WithSongs, "similar: a job without the kind of vector in use says what to do") {
  measured("a", "track");
  add("song", 0.1F);
  database.execute(
      "INSERT INTO aura.catalogue_vector SELECT id, 'embedding', 1, '\\x0000803f00000040' FROM "
      "aura.catalogue");
  const auto embeddings = analysis::Space::read("aura-space embedding 1 2 2\n0 0\n1 1\n0 0\n1 1\n");
  catalogue::CatalogueReader with_model({embeddings, test::any_space()}, 1 << 20);
  const auto refreshed = [&] {
    with_model.refresh(connection, catalogue::CatalogueReader::Scope::kFull);
    return with_model.status().kind;
  };
  Routes both(settings(), instruments, with_model, log);
  CHECK(refreshed() == "embedding");
  const auto refused = both.later(local("GET", "/api/aura/similar/a"));
  CHECK(refused.status == 410);
  CHECK_THAT(refused.body, Contains("analyse it again"));
  add("lacks it", 0.2F);
  CHECK(refreshed() == "timbre");
  const auto found = both.later(local("GET", "/api/aura/similar/a"));
  CHECK(names_in(Json::parse(found.body)["hits"]) == Names{"song", "lacks it"});
  const auto index = Json::parse(both.later(local("GET", "/api/aura/catalogue")).body)["index"];
  CHECK(index["kind"] == "timbre");
  CHECK(index["preferredKind"] == "embedding");
  CHECK(index["lacking"] == 1);
}

TEST_CASE_METHOD(WithSongs, "catalogue: pages follow each other, newest first") {
  for (const std::string name : {"one", "two", "three"}) add(name);
  const auto first = body("/api/aura/catalogue?limit=2");
  CHECK(names_in(first["songs"]) == Names{"three", "two"});
  const auto next = first["nextBefore"].dump();
  const auto second = body("/api/aura/catalogue?limit=2&before=" + next);
  CHECK(names_in(second["songs"]) == Names{"one"});
  CHECK(second["nextBefore"].is_null());
  CHECK(body("/api/aura/catalogue?limit=3")["nextBefore"].is_null());
  CHECK(body("/api/aura/catalogue?before=1")["songs"].empty());
}

TEST_CASE_METHOD(WithSongs, "catalogue: finds songs by a part of the title or the artist") {
  for (const std::string name : {"Blue <i>", "100%", "blues", "red"}) add(name);
  const auto found = [&](const std::string& search) {
    return names_in(body("/api/aura/catalogue?search=" + search)["songs"]);
  };
  CHECK(found("BLUE") == Names{"blues", "Blue <i>"});
  CHECK(found("of%20red") == Names{"red"});
  CHECK(found("%25") == Names{"100%"});
  CHECK(found("_").empty());
  CHECK(found("%27%20OR%201=1--").empty());
  CHECK(found("").size() == 4);
}

TEST_CASE_METHOD(WithSongs, "catalogue: tells how many songs tracks are compared with") {
  const auto index = [&] { return body("/api/aura/catalogue?limit=1")["index"]; };
  CHECK(index() == Json{{"state", "loading"},
                        {"rows", 0},
                        {"stale", 0},
                        {"kind", ""},
                        {"preferredKind", ""},
                        {"lacking", 0}});
  refresh();
  CHECK(index()["state"] == "empty");
  add("new");
  add("old");
  database.execute(
      "UPDATE aura.catalogue_vector SET version = 99 WHERE catalogue_id = "
      "(SELECT id FROM aura.catalogue WHERE song = 'old')");
  refresh();
  CHECK(index() == Json{{"state", "ready"},
                        {"rows", 1},
                        {"stale", 1},
                        {"kind", "timbre"},
                        {"preferredKind", "timbre"},
                        {"lacking", 0}});
}

TEST_CASE_METHOD(WithSongs, "catalogue: a query that makes no sense is a 400 that names its part") {
  for (const auto& [query, part] : std::vector<std::pair<std::string, std::string>>{
           {"limit=0", "limit must be a number from 1 to 200"},
           {"limit=201", "limit"},
           {"limit=x", "limit"},
           {"before=0", "before must be a number from 1 on"},
           {"before=-1", "before"},
           {"before=", "before"},
           {"before=9223372036854775808", "before"},
           {"search=" + std::string(201, 'a'), "search must be at most 200 bytes"},
           {"search=%ff", "query"},
           {"search=%00", "query"}}) {
    CAPTURE(query);
    const auto answer = ask(local("GET", "/api/aura/catalogue?" + query));
    CHECK(answer.status == 400);
    CHECK_THAT(Json::parse(answer.body)["error"].get<std::string>(), Contains(part));
  }
  CHECK(status("/api/aura/catalogue?limit=200&before=9223372036854775807&search=" +
               std::string(200, 'a')) == 200);
}

TEST_CASE_METHOD(WithSongs, "catalogue: a song is shown without its origin, until it is removed") {
  const auto id = add("song");
  const auto path = "/api/aura/catalogue/" + std::to_string(id);
  CHECK(body(path) ==
        Json{{"id", id}, {"song", "song"}, {"artist", "Artist of song"}, {"year", nullptr}});
  CHECK_THAT(ask(local("GET", "/api/aura/catalogue")).body, !Contains("origin"));
  const auto removed = remove(path);
  CHECK(removed.status == 200);
  CHECK(Json::parse(removed.body) == Json{{"id", id}});
  CHECK(status(path) == 404);
  CHECK(remove(path).status == 404);
  CHECK(body("/api/aura/catalogue")["songs"].empty());
  CHECK(!songs.find(id));
}

TEST_CASE_METHOD(WithSongs, "catalogue: takes in the track of a completed job") {
  measured("a", "track");
  const auto add_job = [&](const std::string& job_id) {
    return post("/api/aura/catalogue", Json{{"jobId", job_id}}.dump());
  };
  const auto added = add_job("a");
  REQUIRE(added.status == 201);
  const auto told = Json::parse(added.body);
  CHECK(told["jobId"] == "a");
  const auto row = songs.find(told["id"].get<catalogue::RowId>());
  REQUIRE(row);
  CHECK(row->song.song == "Title");
  CHECK(row->song.artist == "Artist");
  CHECK(row->content == content_of("track"));
  CHECK(Json::parse(add_job("a").body)["id"] == told["id"]);  // once is enough
  CHECK(body("/api/aura/catalogue")["songs"].size() == 1);

  complete("bare");
  CHECK(add_job("bare").status == 410);
  database.insert_job("waits");
  CHECK(add_job("waits").status == 409);
  CHECK(add_job("none").status == 404);
  database.execute("UPDATE \"AuraAnalysis\" SET \"trackTitle\" = '' WHERE id = 'a'");
  const auto refused = add_job("a");
  CHECK(refused.status == 422);
  CHECK(Json::parse(refused.body)["error"].is_string());
}

TEST_CASE_METHOD(WithSongs, "catalogue: takes no other body, and none of a stranger's page") {
  measured("a", "track");
  const std::string good = R"({"jobId":"a"})";
  for (const std::string type : {"", "text/plain", "application/x-www-form-urlencoded"}) {
    auto request = local("POST", "/api/aura/catalogue");
    request.content_type = type;
    request.body = good;
    CHECK(ask(request).status == 415);
  }
  for (const std::string bad : {"", "{", "[]", "null", "{}", R"({"jobId":null})", R"({"jobId":""})",
                                R"({"jobId":5})", R"({"jobId":"a\u0000"})", "\xff"}) {
    CAPTURE(bad);
    CHECK(post("/api/aura/catalogue", bad).status == 400);
  }
  CHECK(post("/api/aura/catalogue", Json{{"jobId", std::string(201, 'a')}}.dump()).status == 400);
  CHECK(post("/api/aura/catalogue", good + std::string(4096, ' ')).status == 413);
  CHECK(songs.list("", 0, 10).empty());
  CHECK(post("/api/aura/catalogue", good).status == 201);
}

TEST_CASE_METHOD(WithSongs, "catalogue: without its tables says what to do, and finds them later") {
  add("song");
  CHECK(status("/api/aura/catalogue") == 200);
  database.execute("ALTER TABLE aura.catalogue RENAME TO gone");
  database.execute("ALTER TABLE aura.space RENAME TO gone_too");
  CHECK(status("/api/aura/catalogue") == 503);
  sink.str("");
  for (const std::string path : {"/api/aura/catalogue", "/api/aura/catalogue/1"}) {
    const auto answer = ask(local("GET", path));
    CHECK(answer.status == 503);
    CHECK_THAT(answer.body, Contains("aura migrate"));
  }
  CHECK(remove("/api/aura/catalogue/1").status == 503);
  CHECK(post("/api/aura/catalogue", R"({"jobId":"a"})").status == 503);
  CHECK(sink.str().empty());
  database.execute("ALTER TABLE aura.gone RENAME TO catalogue");
  database.execute("ALTER TABLE aura.gone_too RENAME TO space");
  CHECK(body("/api/aura/catalogue")["songs"].size() == 1);
}

}  // namespace aura::http
