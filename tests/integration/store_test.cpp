#include <catch2/catch.hpp>
#include <string>

#include "fixture.h"

namespace aura::test {
namespace {

struct Store : WithTables {
  std::string stored() {
    return database.value("SELECT count(*) FROM aura.measurement") + " parts, " +
           database.value("SELECT count(*) FROM aura.job_content") + " links";
  }
  /// What depends on the file alone.
  std::string result(const std::string& id) {
    return database.value(
        "SELECT concat(\"fullReport\", \"recommendations\", \"similarHits\", \"hitFactor\") FROM "
        "\"AuraAnalysis\" WHERE \"jobId\" = '" +
        id + "'");
  }
};

}  // namespace

TEST_CASE_METHOD(Store, "store: the same file is measured once, and the status says so") {
  for (const std::string name : {"/northbound.mp3", "/lake_waltz.wav"}) {
    INFO(name);
    const auto first = name + " first", second = name + " second";
    insert_path(first, name);
    CHECK(contains(drain().error, "cache=miss"));
    insert_path(second, name);
    CHECK(contains(drain().error, "cache=hit"));
    CHECK(result(first) == result(second));
    const auto today = database.value("SELECT current_date");
    CHECK_FALSE(contains(run({"status", first}).output, "measured before"));
    CHECK(contains(run({"status", second}).output, "measured before, on " + today));
    CHECK(Json::parse(run({"status", "--json", second}).output)["measuredBefore"] == today);
  }
  CHECK(stored() == "16 parts, 4 links");
}

TEST_CASE_METHOD(Store, "store: with CACHE=off nothing is stored and nothing is read") {
  insert_path("first");
  drain();
  insert_path("second");
  CHECK_FALSE(contains(drain({{"CACHE", "off"}}).error, "cache=hit"));
  CHECK(stored() == "8 parts, 1 links");
}

TEST_CASE_METHOD(Store, "forget: deletes what no other job needs, and says how much") {
  insert_path("a");
  insert_path("b");
  drain();
  const auto first = run({"forget", "a"});
  CHECK(first.status == ExitStatus{});
  CHECK(first.output ==
        "forgot 1 job: deleted 1 link to content, 0 sets of pictures, 0 measurements\n");
  CHECK(stored() == "8 parts, 1 links");
  const auto user = database.value("SELECT min(\"userId\") FROM \"AuraAnalysis\"");
  const auto second = run({"forget", "--user", user});
  CHECK(second.output ==
        "forgot 2 jobs: deleted 1 link to content, 1 set of pictures, 7 measurements\n");
  CHECK(stored() == "0 parts, 0 links");
  CHECK(count("completed") == 2);

  const auto unknown = run({"forget", "nothing"});
  CHECK(unknown.status == ExitStatus{1});
  CHECK(unknown.error == "aura: nothing: there is no such job\n");
  CHECK(run({"forget", "--user", "nobody"}).error == "aura: no job has the user nobody\n");
  for (const Arguments& wrong : {Arguments{"forget"}, Arguments{"forget", "a", "--user", "u"},
                                 Arguments{"forget", ""}, Arguments{"forget", "--user", ""}})
    CHECK(run(wrong).status == ExitStatus{2});
}

}  // namespace aura::test
