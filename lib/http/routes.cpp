#include "routes.h"

#include <openssl/crypto.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "aura/base/text.h"

namespace aura::http {
namespace {

using Json = nlohmann::ordered_json;
using metrics::Stage;
using std::chrono::seconds;

constexpr seconds kReadyFor{1};
constexpr seconds kDepthFor{5};
constexpr std::string_view kStatus = "/api/aura/status/";
constexpr std::string_view kResult = "/api/aura/result/";

Response json(const Json& body, unsigned status = 200) {
  return {status, body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Response error(unsigned status, std::string_view message) {
  return json({{"error", message}}, status);
}

std::string_view path_of(const Request& request) {
  const std::string_view target = request.target;
  return target.substr(0, target.find('?'));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The jobId that `path` names after `prefix`; nothing where that can't be one.
std::optional<std::string> job_id_of(std::string_view path, std::string_view prefix) {
  constexpr std::size_t kMostBytes = 200;
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  std::string id;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      id += path[i];
      continue;
    }
    const int high = i + 2 < path.size() ? hex_digit(path[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(path[i + 2]);
    if (low < 0) return std::nullopt;
    id += static_cast<char>(high * 16 + low);
    i += 2;
  }
  const bool can_be = !id.empty() && id.size() <= kMostBytes &&
                      id.find_first_of(std::string_view("/\0", 2)) == std::string::npos &&
                      !find_invalid_utf8(id);
  return can_be ? std::optional(id) : std::nullopt;
}

bool is_known(std::string_view path) {
  return path == "/readyz" || path == "/metrics" || job_id_of(path, kStatus) ||
         job_id_of(path, kResult);
}

/// In a time that tells nothing but the length.
bool are_equal(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string_view step_after(int progress) {
  struct Step {
    int until;
    std::string_view name;
  };
  constexpr std::array kSteps{
      Step{10, "Downloading"},         Step{20, "Decoding"}, Step{50, "Measuring"},
      Step{60, "Weighing the lyrics"}, Step{70, "Scoring"},  Step{80, "Writing recommendations"},
      Step{90, "Finding similar hits"}};
  for (const auto& [until, name] : kSteps) {
    if (progress < until) return name;
  }
  return "Saving";
}

}  // namespace

Routes::Routes(const EndpointSettings& settings, const metrics::Instruments& instruments)
    : settings_(settings), instruments_(instruments), connection_(settings.database) {}

std::optional<Response> Routes::at_once(const Request& request) const noexcept try {
  const auto path = path_of(request);
  const bool is_health = path == "/healthz" || path == "/readyz";
  if (!is_health) {
    if (auto refused = refusal(request)) return refused;
    if (!is_known(path)) return error(404, "there is nothing here");
  }
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = error(405, "only GET and HEAD are answered here");
    response.allow = "GET, HEAD";
    return response;
  }
  if (path != "/healthz") return std::nullopt;
  const bool is_alive = Clock::now() - instruments_.last_turn() <= settings_.alive_within ||
                        instruments_.is_draining();
  return json({{"alive", is_alive}}, is_alive ? 200 : 503);
} catch (const std::exception&) {
  return Response{500, R"({"error":"out of memory"})"};
}

std::optional<Response> Routes::refusal(const Request& request) const {
  if (settings_.token) {
    if (are_equal(request.authorization, "Bearer " + *settings_.token)) return std::nullopt;
    return error(401, "the header Authorization must be: Bearer and the token");
  }
  if (request.is_from_loopback) return std::nullopt;
  return error(403, "without AURA_API_TOKEN only the worker's own machine is answered");
}

Response Routes::later(const Request& request) noexcept try {
  const auto path = path_of(request);
  if (path == "/readyz") return ready();
  if (path == "/metrics") return metrics();
  if (const auto id = job_id_of(path, kStatus)) return status(*id);
  return result(job_id_of(path, kResult).value());
} catch (const queue::NoQueueTable&) {
  return error(503, "the jobs table is not there");
} catch (const std::exception&) {
  // What the database says may name what is not for everybody; the worker's own log has it.
  return error(503, "the database can't be asked just now");
}

const queue::QueueTable& Routes::table() {
  if (!table_) table_ = queue::find_queue_table(connection_, settings_.table);
  return *table_;
}

Response Routes::ready() {
  if (Clock::now() - ready_at_ < kReadyFor) return ready_;
  bool has_database = false;
  bool has_table = false;
  try {
    queue::ping(connection_);
    has_database = true;
    table();
    has_table = true;
  } catch (const std::exception&) {  // which it was is what is answered
  }
  const bool is_working = !instruments_.is_draining();
  const bool is_ready = has_database && has_table && is_working;
  ready_ =
      json({{"ready", is_ready},
            {"checks",
             {{"database", has_database}, {"table", has_table}, {"not_draining", is_working}}}},
           is_ready ? 200 : 503);
  ready_at_ = Clock::now();
  return ready_;
}

Response Routes::metrics() {
  if (Clock::now() - depth_at_ >= kDepthFor) {
    try {
      const auto depth = queue::find_depth(connection_, table());
      depth_ = {depth.queued, depth.processing, depth.oldest_age_s};
    } catch (const std::exception&) {
      depth_.reset();  // the figures of the process itself are shown all the same
    }
    depth_at_ = Clock::now();
  }
  return {200, instruments_.text(depth_, queue::database_errors()),
          "text/plain; version=0.0.4; charset=utf-8"};
}

Response Routes::status(const std::string& job_id) {
  const auto job = queue::find_job(connection_, table(), job_id);
  if (!job) return error(404, "there is no such job");
  Json body{{"jobId", job->job_id}, {"status", job->status}, {"progress", job->progress}};
  if (job->status == "processing") {
    body["currentStep"] = step_after(job->progress);
    if (const auto left = remaining_s(job->progress))
      body["estimatedTimeRemaining"] = std::ceil(*left);
  }
  return json(body);
}

Response Routes::result(const std::string& job_id) {
  if (auto result = queue::find_result(connection_, table(), job_id))
    return {200, std::move(*result)};
  const auto job = queue::find_job(connection_, table(), job_id);
  if (!job) return error(404, "there is no such job");
  return json({{"error", "the job is not completed"}, {"status", job->status}}, 409);
}

std::optional<double> Routes::remaining_s(int progress) const {
  double left = 0;
  for (const auto& [until, stage] : {std::pair{10, Stage::kFetch},
                                     {20, Stage::kDecode},
                                     {50, Stage::kFeatures},
                                     {100, Stage::kSave}}) {
    const auto mean = instruments_.mean(stage);
    if (!mean) return std::nullopt;
    if (progress < until) left += mean->count();
  }
  return left;
}

}  // namespace aura::http
