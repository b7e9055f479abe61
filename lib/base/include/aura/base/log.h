#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace aura {

/// From the least to the most severe.
enum class LogLevel { kDebug, kInfo, kWarning, kError };
/// How a line looks: text for people, or one JSON object.
enum class LogFormat { kText, kJson };

/// Returns the level with this `name` (DEBUG, INFO, WARNING or ERROR, in any case). Throws
/// ConfigError if there is none. Thread-safe.
LogLevel parse_log_level(std::string_view name);
/// Returns the format with this `name` (text or json, in any case). Throws ConfigError if there is
/// none. Thread-safe.
LogFormat parse_log_format(std::string_view name);

/// A name and its value, written after the message: `stage=fetch` or `"stage": "fetch"`.
using LogField = std::pair<std::string, std::variant<std::string, std::int64_t, double>>;

/// Writes one line per event: time (UTC), level, worker id, message and fields, and jobId and
/// attempt if known. Replaces line breaks and control characters in all of them.
///
/// Holds back a message about the same job after 10 times within a minute. The next line with this
/// message has the field `held_back`: how many lines were held back.
///
/// Copies are cheap and share one sink. Thread-safe.
class Log {
 public:
  /// Writes to standard error the events of `level` and above.
  Log(LogLevel level, LogFormat format, std::string worker_id);
  /// Writes to `sink`. The caller keeps `sink` alive longer than every copy of this log.
  Log(LogLevel level, LogFormat format, std::string worker_id, std::ostream& sink);

  /// Returns a log with the same sink, whose lines name this job. They name the attempt too unless
  /// it is 0.
  Log for_job(std::string_view job_id, int attempt = 0) const;

  using Fields = std::vector<LogField>;
  /// Each writes one line with `message`, unless its level is below the log's.
  void debug(std::string_view message, const Fields& fields = {}) const;
  void info(std::string_view message, const Fields& fields = {}) const;
  void warning(std::string_view message, const Fields& fields = {}) const;
  void error(std::string_view message, const Fields& fields = {}) const;

 private:
  class Sink;
  struct Job {
    std::string id;
    int attempt = 0;
  };
  void write(LogLevel level, std::string_view message, const Fields& fields) const;

  std::shared_ptr<Sink> sink_;
  Job job_;
};

}  // namespace aura
