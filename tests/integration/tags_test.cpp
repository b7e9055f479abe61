#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "fixture.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

/// The settings with which the real model is used; none where it was not fetched.
Environment real_model() {
  const char* folder = std::getenv("AURA_MODELS");
  if (folder != nullptr && fs::exists(fs::path(folder) / "musicnn.safetensors"))
    return {{"AURA_MODELS", fs::absolute(folder).string()}};
  WARN("skipped: there are no weights; run `aura models fetch musicnn`");
  return {};
}

const std::string kTrack = data_file("music/northbound.mp3").string();

/// A folder whose model is another file than this release expects.
Environment bad_model(const Sandbox& sandbox) {
  const auto folder = sandbox.folder() / "models";
  fs::create_directory(folder);
  fs::permissions(folder, fs::perms(0755));
  fs::permissions(sandbox.write("models/musicnn.safetensors", "no weights"), fs::perms(0644));
  return {{"AURA_MODELS", folder.string()}};
}

void check_refused(const Finished& finished, const std::string& why) {
  CAPTURE(finished.error);
  CHECK(finished.status == ExitStatus{.code = 2});
  CHECK(finished.output.empty());
  CHECK(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, why));
}

}  // namespace

TEST_CASE_METHOD(Sandbox, "tags: a model that can't be used ends the start in a line") {
  const auto bad = bad_model(*this);
  const std::string why = "is not the file that this release expects";
  const auto page = (folder() / "page.html").string();
  check_refused(run({"analyze", kTrack}, bad), why);
  check_refused(run({"report", kTrack, "-o", page}, bad), why);
  check_refused(run({"analyze", kTrack, "--models", bad.at("AURA_MODELS")}), why);
  CHECK(run({"analyze", kTrack, "--no-models"}, bad).status == ExitStatus{});
  check_refused(run({"analyze", kTrack}, {{"AURA_MODELS", kTrack}}), "is no folder");
  check_refused(run({"analyze", kTrack}, {{"AURA_PATCHES", "0"}}), "AURA_PATCHES must be");
  const auto none = folder() / "none";
  fs::create_directory(none);
  check_refused(run({"analyze", kTrack, "--models", none.string()}), "has no model");
  CHECK(run({"analyze", kTrack, "--models", "m", "--no-models"}).status == ExitStatus{.code = 2});
}

TEST_CASE_METHOD(Sandbox, "tags: without a model nothing is said of it") {
  const auto plain = run({"analyze", "--json", kTrack});
  const auto none = folder() / "none";
  fs::create_directory(none);
  const auto with_empty_folder =
      run({"analyze", "--json", kTrack}, {{"AURA_MODELS", none.string()}});
  CHECK(with_empty_folder.output == plain.output);
  CHECK(with_empty_folder.error.empty());
  CHECK_FALSE(reports(plain.output).at(0).contains("tags"));
}

TEST_CASE_METHOD(WithTables, "tags: a worker and doctor say which model there is, or refuse it") {
  const std::string none = "no neural model is there: tracks get no tags";
  CHECK(contains(drain().error, none));
  CHECK(contains(run({"doctor"}).output, "ok      models        " + none));
  const auto bad = bad_model(*this);
  check_refused(run({"worker", "--drain"}, bad), "is not the file that this release expects");
  const auto doctor = run({"doctor"}, bad);
  CHECK(doctor.status == ExitStatus{.code = 1});
  CHECK(contains(doctor.output, "broken  models        "));
  const auto real = real_model();
  if (real.empty()) return;
  CHECK(contains(run({"doctor"}, real).output, "ok      models        musicnn a19be4ba5eef (ISC)"));
}

TEST_CASE_METHOD(WithTables,
                 "tags: with a model all formats, the page and a worker's row have them") {
  const auto real = real_model();
  if (real.empty()) return;
  const auto plain = reports(run({"analyze", "--json", kTrack}).output).at(0);
  const auto tagged = reports(run({"analyze", "--json", kTrack}, real).output).at(0);
  CHECK(tagged["tags"]["model"] == "musicnn a19be4ba5eef");
  CHECK(tagged["tags"]["patches"].get<int>() > 1);
  CHECK(tagged["tags"]["genre"].at(0)["name"] == "rock");  // guitars, bass and drums
  CHECK(tagged["tags"]["instruments"].at(0)["name"] == "guitar");
  CHECK(tagged["vocals"]["present"] == false);
  auto rest = tagged;
  rest.erase("tags");
  rest.erase("vocals");
  rest["analysis"]["parts"].erase("tags");
  CHECK(rest == plain);
  CHECK(reports(run({"analyze", "--json", "--no-models", kTrack}, real).output).at(0) == plain);
  CHECK(reports(run({"analyze", "--json", "--models", real.at("AURA_MODELS"), kTrack}).output)
            .at(0) == tagged);

  const auto text = run({"analyze", kTrack}, real).output;
  for (const auto* label : {"  Genre  ", "  Mood  ", "  Instruments  ", "  Voice  "})
    CHECK(contains(text, label));
  const auto csv = lines(run({"analyze", "--format", "csv", kTrack}, real).output);
  REQUIRE(csv.size() == 2);
  CHECK(contains(csv[0], ",tags.genre,tags.mood,tags.instruments,tags.era,"));
  CHECK_FALSE(contains(run({"analyze", "--format", "csv", kTrack}).output, ",tags.genre"));
  const auto spotify = run({"analyze", "--format", "spotify", kTrack}, real).output;
  CHECK(reports(spotify).at(0)["instrumentalness"].is_null());
  CHECK(reports(spotify).at(0)["speechiness"].is_null());

  const auto page = (folder() / "page.html").string();
  CHECK(run({"report", kTrack, "-o", page}, real).status == ExitStatus{});
  CHECK(contains(read_file(page), R"("model":"musicnn a19be4ba5eef")"));

  insert_path("job", "/northbound.mp3");
  auto more = real;
  more["LOG_FORMAT"] = "json";
  const auto log = drain(more).error;
  CHECK(contains(log, R"("model":"musicnn")"));
  CHECK(contains(log, R"("licence":"ISC")"));
  const auto row = Json::parse(database.value("SELECT \"fullReport\"::text FROM \"AuraAnalysis\""));
  CHECK(row["tags"] == tagged["tags"]);
  CHECK(row["vocals"] == tagged["vocals"]);
}

}  // namespace aura::test
