#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "aura/test/database.h"
#include "fixture.h"
#include "made_tagger.h"

namespace aura::worker {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::json;

struct Tagging : Fixture {
  /// Runs all queued jobs; returns the text of the metrics.
  std::string drain_with(const analysis::NamedTagger* tagger) {
    metrics::Instruments instruments({{"version", "1"}}, 2);
    const auto usual = settings();
    auto catalogue = catalogue_reader(usual);
    Worker(usual, decoder, catalogue, instruments, log, tagger)
        .run(Until::kDrained, stop.get_token(), hurry.get_token());
    return instruments.text(std::nullopt, 0);
  }
  Json report(const std::string& id) {
    return Json::parse(database.value(
        "SELECT \"fullReport\"::text FROM \"AuraAnalysis\" WHERE \"id\" = '" + id + "'"));
  }
  /// The tagging that stored tags name; empty if none are stored.
  std::string stored() {
    return database.value(
        "SELECT coalesce(string_agg(concat(measured ->> 'model', ' ', measured ->> "
        "'patches_wanted'), ', '), '') FROM aura.measurement WHERE part = 'tags'");
  }

  const analysis::NamedTagger eight{{"made up", 8}, test::made_tagger()};
  const analysis::NamedTagger two{{"made up", 2}, test::made_tagger()};
};

}  // namespace

TEST_CASE_METHOD(Tagging, "tags: without a tagger a worker measures, stores and says none") {
  insert("a");
  const auto metrics = drain_with(nullptr);
  CHECK_FALSE(report("a").contains("tags"));
  CHECK(stored().empty());
  CHECK_THAT(metrics, Contains("\naura_tagged_tracks_total 0\n"));
}

TEST_CASE_METHOD(Tagging, "tags: a track is tagged once, and again only for another tagging") {
  insert("a");
  auto metrics = drain_with(&eight);
  CHECK_THAT(metrics, Contains("\naura_tagged_tracks_total 1\n"));
  CHECK_THAT(metrics, !Contains("\naura_tagging_seconds_total 0\n"));
  CHECK(report("a")["tags"]["model"] == "made up");
  CHECK(report("a")["tags"]["patches"] == 1);
  CHECK(stored() == "made up 8");

  insert("b");
  metrics = drain_with(&eight);
  CHECK_THAT(metrics, Contains("\naura_cache_hits_total 1\n"));
  CHECK_THAT(metrics, Contains("\naura_tagged_tracks_total 0\n"));
  CHECK(report("b") == report("a"));

  insert("c");
  metrics = drain_with(&two);
  CHECK_THAT(metrics, Contains("\naura_cache_misses_total 1\n"));
  CHECK_THAT(metrics, Contains("\naura_tagged_tracks_total 1\n"));
  CHECK(stored() == "made up 2");

  insert("d");
  metrics = drain_with(nullptr);
  CHECK_THAT(metrics, Contains("\naura_cache_hits_total 1\n"));
  CHECK_FALSE(report("d").contains("tags"));
  CHECK(stored() == "made up 2");
}

TEST_CASE_METHOD(Tagging, "tags: a job that wants only tags still has all other numbers") {
  insert("plain");
  drain_with(nullptr);
  insert("tagged");
  drain_with(&eight);
  auto tagged = report("tagged");
  CHECK(tagged.contains("vocals"));
  tagged.erase("tags");
  tagged.erase("vocals");
  tagged["analysis"]["parts"].erase("tags");
  CHECK(tagged == report("plain"));
}

}  // namespace aura::worker
