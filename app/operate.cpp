#include <iostream>
#include <memory>

#include "aura/base/text.h"
#include "aura/queue/operations.h"
#include "aura/queue/status.h"
#include "aura/worker/settings.h"
#include "commands.h"
#include "input.h"

namespace aura::app {
namespace {

using JobIds = std::vector<std::string>;

/// Does `operate` to each job; says of which ones it couldn't, and why: `allowed` are those it can.
template <typename Operate>
int for_each_job(const JobIds& job_ids, const char* allowed, Operate operate) {
  Database database(worker::read_database_settings(Env::load()));
  int refused = 0;
  for (const auto& id : job_ids) {
    if (operate(database.connection, database.table, id)) continue;
    const auto job = queue::find_job(database.connection, database.table, id);
    std::cerr << "aura: " << one_line(id, 60) << ": "
              << (job ? "the job is " + job->status + ", and " + allowed : "there is no such job")
              << "\n";
    ++refused;
  }
  return refused == 0 ? 0 : 1;
}

int retry_failed() {
  Database database(worker::read_database_settings(Env::load()));
  const auto retried = queue::retry_failed_jobs(database.connection, database.table);
  for (const auto& id : retried.job_ids) std::cout << id << "\n";
  for (const auto& [id, reason] : retried.refused) {
    std::cerr << "aura: " << one_line(id, 60) << ": its row refuses to be queued again: " << reason
              << "\n";
  }
  return retried.refused.empty() ? 0 : 1;
}

}  // namespace

void add_cancel(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("cancel", "Cancel jobs that are queued or processing");
  const auto job_ids = std::make_shared<JobIds>();
  command->add_option("jobId", *job_ids, "Jobs to cancel")->required()->type_name("JOBID");
  command->footer(
      "Needs DATABASE_URL. A cancelled job has the status failed and the error 'cancelled'.");
  command->callback([&chosen, job_ids] {
    chosen = [job_ids] {
      return for_each_job(*job_ids, "only a queued or processing job can be cancelled",
                          queue::cancel_job);
    };
  });
}

void add_retry(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("retry", "Queue failed, waiting or orphaned jobs again");
  const auto job_ids = std::make_shared<JobIds>();
  const auto failed = std::make_shared<bool>(false);
  auto* ids = command->add_option("jobId", *job_ids, "Jobs to queue again")->type_name("JOBID");
  auto* all = command
                  ->add_flag("--failed", *failed,
                             "Queue all failed jobs except cancelled jobs, and print each jobId")
                  ->excludes(ids);
  command->footer(
      "Needs DATABASE_URL. An orphan is a job with the status processing that no worker runs.\n"
      "Make sure first that no other program still works on it.");
  command->callback([&chosen, job_ids, failed, all, ids] {
    if (all->count() + ids->count() == 0) throw CLI::RequiredError("JOBID or --failed");
    chosen = [job_ids, failed] {
      if (*failed) return retry_failed();
      return for_each_job(*job_ids, "only a failed, waiting or orphaned job can be queued again",
                          queue::retry_job);
    };
  });
}

}  // namespace aura::app
