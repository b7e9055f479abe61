#include "aura/base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <nlohmann/json.hpp>

#include "aura/base/error.h"
#include "aura/base/mutex.h"
#include "aura/base/text.h"
#include "repeat_limit.h"

namespace aura {
namespace {

constexpr std::size_t kMaxMessageBytes = 2000;

std::string_view level_name(LogLevel level) {
  static constexpr std::array<std::string_view, 4> kNames{"DEBUG", "INFO", "WARNING", "ERROR"};
  return kNames.at(static_cast<std::size_t>(level));
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  static constexpr std::array kLevels{spdlog::level::debug, spdlog::level::info,
                                      spdlog::level::warn, spdlog::level::err};
  return kLevels.at(static_cast<std::size_t>(level));
}

/// ISO 8601 with milliseconds, UTC.
std::string timestamp(std::chrono::system_clock::time_point now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()) % 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, ms.count());
}

template <typename Value>
Value choose(std::string_view variable, std::string_view name,
             std::initializer_list<std::pair<std::string_view, Value>> choices) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string known;
  for (const auto& [choice, value] : choices) {
    if (upper == choice) return value;
    known += (known.empty() ? "" : ", ") + std::string(choice);
  }
  throw ConfigError(std::string(variable) + " must be one of " + known + ", not '" +
                    one_line(name, 60) + "'");
}

}  // namespace

LogLevel parse_log_level(std::string_view name) {
  return choose<LogLevel>("LOG_LEVEL", name,
                          {{"DEBUG", LogLevel::kDebug},
                           {"INFO", LogLevel::kInfo},
                           {"WARNING", LogLevel::kWarning},
                           {"ERROR", LogLevel::kError}});
}

LogFormat parse_log_format(std::string_view name) {
  return choose<LogFormat>("LOG_FORMAT", name,
                           {{"TEXT", LogFormat::kText}, {"JSON", LogFormat::kJson}});
}

class Log::Sink {
 public:
  Sink(LogLevel level, LogFormat format, std::string worker_id, spdlog::sink_ptr sink)
      : logger_("aura", std::move(sink)), format_(format), worker_id_(std::move(worker_id)) {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog_level(level));
    logger_.flush_on(spdlog::level::debug);
  }

  void write(LogLevel level, const Job& job, std::string_view message, Fields fields) {
    if (!logger_.should_log(spdlog_level(level))) return;
    const auto text = one_line(message, kMaxMessageBytes);
    const auto held_back = admit(job, text);
    if (!held_back) return;
    if (*held_back > 0) fields.emplace_back("held_back", std::int64_t{*held_back});
    const auto now = timestamp(std::chrono::system_clock::now());
    logger_.log(spdlog_level(level), format_ == LogFormat::kJson
                                         ? json_line(now, level, job, text, fields)
                                         : text_line(now, level, job, text, fields));
  }

 private:
  std::optional<int> admit(const Job& job, const std::string& message) {
    const Lock lock(mutex_);
    return repeats_.admit(job.id + "\n" + message);
  }

  std::string json_line(const std::string& now, LogLevel level, const Job& job,
                        const std::string& message, const Fields& fields) const {
    nlohmann::ordered_json line{
        {"time", now}, {"level", level_name(level)}, {"worker", worker_id_}};
    if (!job.id.empty()) line["jobId"] = job.id;
    if (job.attempt > 0) line["attempt"] = job.attempt;
    line["message"] = message;
    for (const auto& [name, value] : fields) {
      std::visit([&, &key = name](const auto& v) { line[key] = v; }, value);
    }
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  std::string text_line(const std::string& now, LogLevel level, const Job& job,
                        const std::string& message, const Fields& fields) const {
    std::string line = fmt::format("{} {:<7} [{}] ", now, level_name(level), worker_id_);
    if (!job.id.empty()) line += fmt::format("[job {}] ", job.id);
    line += message;
    if (job.attempt > 0) line += fmt::format(" attempt={}", job.attempt);
    for (const auto& [name, value] : fields) {
      const auto shown = std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
      line += fmt::format(" {}={}", name, one_line(shown));
    }
    return line;
  }

  spdlog::logger logger_;
  LogFormat format_;
  std::string worker_id_;
  Mutex mutex_;
  RepeatLimit repeats_ AURA_GUARDED_BY(mutex_);
};

Log::Log(LogLevel level, LogFormat format, std::string worker_id)
    : sink_(std::make_shared<Sink>(level, format, std::move(worker_id),
                                   std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}

Log::Log(LogLevel level, LogFormat format, std::string worker_id, std::ostream& sink)
    : sink_(std::make_shared<Sink>(level, format, std::move(worker_id),
                                   std::make_shared<spdlog::sinks::ostream_sink_mt>(sink))) {}

Log Log::for_job(std::string_view job_id, int attempt) const {
  Log log = *this;
  log.job_ = {one_line(job_id, 100), attempt};
  return log;
}

void Log::debug(std::string_view m, const Fields& fields) const {
  write(LogLevel::kDebug, m, fields);
}
void Log::info(std::string_view m, const Fields& fields) const {
  write(LogLevel::kInfo, m, fields);
}
void Log::warning(std::string_view m, const Fields& fields) const {
  write(LogLevel::kWarning, m, fields);
}
void Log::error(std::string_view m, const Fields& fields) const {
  write(LogLevel::kError, m, fields);
}

void Log::write(LogLevel level, std::string_view message, const Fields& fields) const {
  sink_->write(level, job_, message, fields);
}

}  // namespace aura
