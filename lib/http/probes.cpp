#include "probes.h"

#include <nlohmann/json.hpp>

#include "aura/queue/status.h"
#include "route_table.h"
#include "target.h"

namespace aura::http {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::seconds;

constexpr seconds kReadyFor{1};
constexpr seconds kDepthFor{5};

ProbeHandler handler_of(const Request& request) {
  return std::get<ProbeHandler>(
      find_route(path_of(request.target), request.method).value().route.handler);
}

}  // namespace

bool is_probe(std::string_view path) {
  const auto match = find_route(path, "GET");
  return match && match->route.is_probe();
}

Probes::Probes(const EndpointSettings& settings, const metrics::Instruments& instruments,
               const Log& log)
    : instruments_(instruments),
      log_(log),
      wanted_table_(settings.table),
      connection_(settings.database) {}

Response Probes::answer(const Request& request) {
  return (this->*handler_of(request).answer)();
}

Response Probes::answer_without_database(const Request& request) const {
  log_.warning("a probe is answered without the database, which doesn't answer in time");
  return (this->*handler_of(request).answer_without_database)();
}

Response Probes::ready() {
  thread_.check();
  if (Clock::now() - ready_at_ < kReadyFor) return ready_;
  bool has_database = false;
  bool has_table = false;
  try {
    queue::ping(connection_);
    has_database = true;
    table_ = queue::find_queue_table(connection_, wanted_table_);  // it may have gone meanwhile
    has_table = true;
  } catch (const std::exception& failure) {
    note_failure(failure);
  }
  ready_ = readiness(has_database, has_table);
  ready_at_ = Clock::now();
  return ready_;
}

Response Probes::readiness(bool has_database, bool has_table) const {
  const bool is_working = !instruments_.is_draining();
  const bool has_schema = instruments_.is_prepared();
  const bool is_well = !instruments_.is_in_trouble();
  const bool is_ready = has_database && has_table && has_schema && is_working && is_well;
  const Json body{{"ready", is_ready},
                  {"checks",
                   {{"database", has_database},
                    {"table", has_table},
                    {"schema", has_schema},
                    {"not_draining", is_working},
                    {"worker", is_well}}}};
  return {is_ready ? 200U : 503U, body.dump()};
}

Response Probes::ready_without_database() const {
  return readiness(false, false);
}

Response Probes::metrics() {
  thread_.check();
  if (Clock::now() - depth_at_ >= kDepthFor) {
    try {
      if (!table_) table_ = queue::find_queue_table(connection_, wanted_table_);
      const auto depth = queue::find_depth(connection_, *table_);
      depth_ = {depth.queued, depth.processing, depth.oldest_age_s, depth.set_aside};
    } catch (const std::exception& failure) {
      note_failure(failure);
      table_.reset();
      depth_.reset();  // the figures of the process itself are shown all the same
    }
    depth_at_ = Clock::now();
  }
  return metrics_with(depth_);
}

Response Probes::metrics_without_database() const {
  return metrics_with(std::nullopt);
}

Response Probes::metrics_with(const std::optional<metrics::QueueDepth>& depth) const {
  return {200, instruments_.text(depth, postgres::database_errors()),
          "text/plain; version=0.0.4; charset=utf-8"};
}

void Probes::note_failure(const std::exception& failure) const {
  log_.warning("a request can't be answered: " + std::string(failure.what()));
}

}  // namespace aura::http
