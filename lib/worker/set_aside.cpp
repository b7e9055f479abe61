#include "set_aside.h"

namespace aura::worker {

void tell_of_set_aside(queue::Queue& queue, const Log& log, metrics::Instruments& instruments) {
  for (const auto& row : queue.take_set_aside()) {
    instruments.count_set_aside();
    log.for_job(row.job_id)
        .error("its row refuses to be written, so the job is set aside: " + row.reason,
               {{"statement", row.statement}, {"tries", std::int64_t{row.tries}}});
  }
}

}  // namespace aura::worker
