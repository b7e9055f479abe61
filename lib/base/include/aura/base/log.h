#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace aura {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

/// The level that `name` (DEBUG, INFO, WARNING, ERROR; any case) means. Throws ConfigError.
LogLevel parse_log_level(std::string_view name);
/// The format that `name` (text, json) means. Throws ConfigError.
LogFormat parse_log_format(std::string_view name);

/// A named value beside the message: `stage=fetch`, `"stage": "fetch"`.
using LogField = std::pair<std::string_view, std::variant<std::string, std::int64_t, double>>;

/// Writes one line an event: time (UTC), level, worker id, jobId where there is one, message,
/// fields. A cheap handle; copies share one sink and may be used from any thread at once. Line
/// breaks and control characters in what it is given never reach the sink.
class Log {
 public:
  /// To standard error.
  Log(LogLevel level, LogFormat format, std::string worker_id);
  /// To `sink`, which must outlive every copy.
  Log(LogLevel level, LogFormat format, std::string worker_id, std::ostream& sink);

  /// The same log for lines about one job.
  Log for_job(std::string_view job_id) const;

  using Fields = std::initializer_list<LogField>;
  void debug(std::string_view message, Fields fields = {}) const;
  void info(std::string_view message, Fields fields = {}) const;
  void warning(std::string_view message, Fields fields = {}) const;
  void error(std::string_view message, Fields fields = {}) const;

 private:
  class Sink;
  void write(LogLevel level, std::string_view message, Fields fields) const;

  std::shared_ptr<Sink> sink_;
  std::string job_id_;
};

}  // namespace aura
