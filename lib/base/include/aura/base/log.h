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

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

/// The level that `name` (DEBUG, INFO, WARNING, ERROR; any case) means. Throws ConfigError.
LogLevel parse_log_level(std::string_view name);
/// The format that `name` (text, json) means. Throws ConfigError.
LogFormat parse_log_format(std::string_view name);

/// A named value beside the message: `stage=fetch`, `"stage": "fetch"`.
using LogField = std::pair<std::string, std::variant<std::string, std::int64_t, double>>;

/// Writes one line an event: time (UTC), level, worker id, jobId and attempt where there are such,
/// message, fields. The same message about the same more than 10 times in a minute is held back;
/// the next one that isn't says how many were, as `held_back`. A cheap handle; copies share one
/// sink and may be used from any thread at once. Line breaks and control characters in what it is
/// given never reach the sink.
class Log {
 public:
  /// To standard error.
  Log(LogLevel level, LogFormat format, std::string worker_id);
  /// To `sink`, which must outlive every copy.
  Log(LogLevel level, LogFormat format, std::string worker_id, std::ostream& sink);

  /// The same log for lines about an attempt at a job, or about the job if there is none.
  Log for_job(std::string_view job_id, int attempt = 0) const;

  using Fields = std::vector<LogField>;
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
