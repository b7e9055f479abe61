#include "health.h"

#include <chrono>

#include "json_response.h"

namespace aura::http {

Response answer_health(const Call&, const WorkerState& worker) {
  const auto since_turn = std::chrono::steady_clock::now() - worker.instruments.last_turn();
  const bool is_alive = since_turn <= worker.alive_within || worker.instruments.is_draining();
  return json_response({{"alive", is_alive}}, is_alive ? 200 : 503);
}

}  // namespace aura::http
