#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aura/test/database.h"
#include "aura/test/http_server.h"
#include "aura/test/process.h"

namespace aura::test {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

/// What a run of the program left.
struct Finished {
  ExitStatus status;
  std::string output;
  std::string error;
};

/// The lines of `text`, without their ends; what follows the last end counts if there is any.
std::vector<std::string> lines(const std::string& text);
bool contains(std::string_view text, std::string_view part);
/// The JSON values that `output` holds, one a line. Checks that no report of an analysis among them
/// contradicts itself.
std::vector<Json> reports(const std::string& output);
/// What a report says that can't be true beside what else it says, line by line.
std::string contradictions(const Json& report);
/// Whether every number in it, however deep, is finite. JSON writes what is not as null.
bool is_finite(const Json& json);
std::string read_file(const std::filesystem::path& path);
/// A file of tests/data.
std::filesystem::path data_file(const std::string& name);
/// A WAV file of a second and a half of sound.
std::string clip();
std::string silence(int seconds);

/// Runs `aura` in a folder of the test's own, with no settings but those given.
class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// The working directory of what runs here.
  const std::filesystem::path& folder() const { return folder_; }
  /// Writes a file there; returns its path.
  std::string write(const std::string& name, const std::string& content) const;

  /// Starts `aura` with these arguments; `more` adds to `environment` and wins.
  Process start(const Arguments& arguments, const Environment& more = {}) const;
  /// The same, to its end.
  Finished run(const Arguments& arguments, const Environment& more = {}) const;

  Environment environment;

 private:
  std::filesystem::path folder_;
};

/// With a database that has no tables yet, which DATABASE_URL names, and a web server with
/// tests/data/music and a short "/clip.wav". Workers poll and retry quickly.
class WithDatabase : public Sandbox {
 public:
  WithDatabase();

  TestDatabase database;
  HttpServer server;
};

/// With the tables too.
class WithTables : public WithDatabase {
 public:
  WithTables() { database.with_schema_and_table(); }

  /// Inserts a queued job, `id` its jobId and its title, as a web app would.
  void insert(const std::string& id, const std::string& url);
  /// The same for a path of the web server.
  void insert_path(const std::string& id, const std::string& path = "/clip.wav");
  /// A worker's run until nothing is left to do. Requires that it goes well.
  Finished drain(const Environment& more = {}) const;

  /// The row of a job, column by column. Checks that its report doesn't contradict itself.
  Json row(const std::string& id);
  /// How many jobs have this status.
  int count(const std::string& status);
  /// Requires that the job has failed; its errorMessage.
  std::string failure(const std::string& id);
  /// How many attempts at the job there were.
  int attempts(const std::string& id);
};

}  // namespace aura::test
