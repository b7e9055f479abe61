#include "fixture.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "aura/test/json_schema.h"
#include "wav.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

std::string wav_file(const std::vector<double>& samples) {
  const auto bytes = audio::wav(audio::WavFormat::kS16, 8000, 1, samples);
  return {bytes.begin(), bytes.end()};
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

}  // namespace

std::vector<std::string> lines(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::vector<Json> reports(const std::string& output) {
  static const auto schema =
      Json::parse(read_file(AURA_TEST_DATA "/../../lib/analysis/data/report.schema.json"));
  std::vector<Json> result;
  for (const auto& line : lines(output)) {
    result.push_back(Json::parse(line));
    CHECK(contradictions(result.back()).empty());
    if (result.back().is_object() && result.back().contains("features"))
      CHECK(SchemaCheck(result.back(), schema).violations().empty());
  }
  return result;
}

std::string contradictions(const Json& report) {
  if (!report.is_object() || !report.contains("features")) return "";
  std::string found;
  const auto must = [&](bool is_so, const char* rule) {
    if (!is_so) found += std::string(rule) + "\n";
  };
  const auto number = [&](const Json& json) { return json.get<double>(); };
  const auto within = [&](double value, double least, double most) {
    return value >= least && value <= most;
  };
  const auto& features = report["features"];
  const auto& rhythm = report["rhythm"];
  const auto& loudness = report["loudness"];
  const auto warns = [&](const char* text) {
    return std::any_of(report["warnings"].begin(), report["warnings"].end(),
                       [&](const Json& line) { return contains(line.get<std::string>(), text); });
  };
  const double bpm = rhythm["bpm"], rms = features["rms_mean"], duration = report["duration_s"];
  const bool has_loudness = loudness.contains("integrated");

  must(duration > 0, "it lasts");
  must(within(number(features["zcr_mean"]), 0, 1), "zero crossings are a part of the samples");
  must(within(number(features["spectral_centroid_mean"]), 0, 11'025), "the centroid can be heard");
  must(within(number(features["spectral_rolloff_mean"]), 0, 11'025), "the roll-off can be heard");
  for (const auto& [name, score] : report["scores"].items())
    must(within(number(score), 0, 100), "scores are from 0 to 100");

  must((bpm == 0) == rhythm["time_signature"].get<std::string>().empty(), "a tempo has a metre");
  must(bpm > 0 || (rhythm["confidence"] == 0 && rhythm["beats"].empty()), "no tempo, no beats");
  must(bpm == 0 || within(bpm, 20, 400), "a tempo can be tapped");
  must(within(number(rhythm["confidence"]), 0, 1), "confidence is a probability");
  double last = -1;
  for (const auto& beat : rhythm["beats"]) {
    must(number(beat) > last && within(number(beat), 0, duration + 0.05),
         "beats rise, and lie in the track");
    last = number(beat);
  }
  must(report["tonal"]["key"].get<std::string>().empty() == (report["tonal"]["confidence"] == 0),
       "a key is sure to some degree");
  must(within(number(report["danceability"]), 0, 3), "danceability is from 0 to 3");
  must(within(number(report["onset_rate"]), 0, 50), "onsets can be told apart");

  if (loudness.contains("true_peak")) {
    const double peak = std::pow(10, number(loudness["true_peak"]) / 20);
    must(rms <= peak * 1.05 + 1e-6, "nothing is louder than its peak");
    must(peak <= 1000, "peaks are within reason");
  }
  must(!has_loudness || within(number(loudness["integrated"]), -70, 40), "loudness is gated");
  if (warns("the track is silent")) {
    must(!has_loudness, "what is silent has no loudness");
    must(bpm == 0 && report["tonal"]["key"] == "", "what is silent has neither tempo nor key");
  }
  if (warns("cancel each other")) must(has_loudness && rms < 1e-4, "what cancels out was heard");
  must(rms >= 3e-5 || warns("the track is silent") || warns("cancel each other"),
       "no sound is warned of");
  return found;
}

bool is_finite(const Json& json) {
  if (json.is_null()) return false;
  if (json.is_number()) return std::isfinite(json.get<double>());
  return !json.is_structured() || std::all_of(json.begin(), json.end(), is_finite);
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("can't read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path data_file(const std::string& name) {
  return fs::path(AURA_TEST_DATA) / name;
}

std::string clip() {
  return wav_file(audio::sine(440, 0.5, 8000, 12'000));
}

std::string silence(int seconds) {
  return wav_file(std::vector<double>(static_cast<std::size_t>(seconds) * 8000));
}

Sandbox::Sandbox() {
  std::string name = (fs::temp_directory_path() / "aura_test_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("can't make a folder");
  folder_ = name;
}

Sandbox::~Sandbox() {
  std::error_code left_behind;
  fs::remove_all(folder_, left_behind);
}

std::string Sandbox::write(const std::string& name, const std::string& content) const {
  const auto path = folder_ / name;
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

Process Sandbox::start(const Arguments& arguments, const Environment& more) const {
  Arguments all{AURA_PROGRAM};
  all.insert(all.end(), arguments.begin(), arguments.end());
  auto merged = more;
  merged.insert(environment.begin(), environment.end());
  merged.try_emplace("AURA_ALLOW_HOSTS", "127.0.0.1");  // where the tests' servers are
  merged.try_emplace("PORT", "0");  // which only one process of a machine could have
  return Process(all, {merged, folder_});
}

Finished Sandbox::run(const Arguments& arguments, const Environment& more) const {
  auto process = start(arguments, more);
  const auto status = process.wait();
  return {status, process.output(), process.error_output()};
}

WithDatabase::WithDatabase() {
  environment = {{"DATABASE_URL", database.url()},
                 {"WORKER_THREADS", "2"},
                 {"POLL_INTERVAL", "0.05"},
                 {"RETRY_BASE", "0.01"}};
  server.serve_folder(data_file("music"));
  server.serve("/clip.wav", ok(clip()));
}

void WithTables::insert(const std::string& id, const std::string& url) {
  // A cuid, as the web app makes them, has nothing to do with the jobId.
  database.execute(
      "INSERT INTO public.\"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", "
      "\"trackTitle\", \"artistName\", \"audioUrl\", \"updatedAt\") VALUES ('row-' || " +
      quoted(id) + ", 'user', " + quoted(id) + ", 'queued', " + quoted(id) + ", 'Artist', " +
      quoted(url) + ", now() AT TIME ZONE 'UTC')");
}

void WithTables::insert_path(const std::string& id, const std::string& path) {
  insert(id, server.url(path));
}

Finished WithTables::drain(const Environment& more) const {
  auto finished = run({"worker", "--drain"}, more);
  INFO(finished.error);
  REQUIRE(finished.status == ExitStatus{});
  REQUIRE(finished.output.empty());
  return finished;
}

Json WithTables::row(const std::string& id) {
  const auto text = database.value(
      "SELECT to_jsonb(j) FROM public.\"AuraAnalysis\" j WHERE "
      "\"jobId\" = " +
      quoted(id));
  INFO(id);
  REQUIRE(!text.empty());
  auto row = Json::parse(text);
  CHECK(contradictions(row["fullReport"]).empty());
  return row;
}

int WithTables::count(const std::string& status) {
  return std::stoi(database.value(
      "SELECT count(*) FROM public.\"AuraAnalysis\" WHERE \"status\" = " + quoted(status)));
}

std::string WithTables::failure(const std::string& id) {
  auto job = row(id);
  job.erase("lyricsText");  // which may be megabytes
  INFO(job.dump());
  REQUIRE(job["status"] == "failed");
  REQUIRE(job["errorMessage"].is_string());
  return job["errorMessage"];
}

int WithTables::attempts(const std::string& id) {
  return std::stoi(
      database.value("SELECT count(*) FROM aura.run WHERE job_id = 'row-' || " + quoted(id)));
}

}  // namespace aura::test
