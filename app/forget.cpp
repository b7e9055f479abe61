#include <cstdint>
#include <iostream>
#include <memory>
#include <string>

#include "aura/base/text.h"
#include "aura/catalogue/forget.h"
#include "aura/worker/settings.h"
#include "commands.h"
#include "input.h"

namespace aura::app {
namespace {

struct ForgetOptions {
  std::string job_id;
  std::string user_id;
};

std::string counted(std::int64_t count, const std::string& one, const std::string& more) {
  return std::to_string(count) + " " + (count == 1 ? one : more);
}

int forget(const ForgetOptions& options) {
  Database database(worker::read_database_settings(Env::load()));
  const bool is_user = !options.user_id.empty();
  const auto forgotten =
      is_user ? catalogue::forget_user(database.connection, database.table, options.user_id)
              : catalogue::forget_job(database.connection, database.table, options.job_id);
  if (forgotten.jobs == 0) {
    std::cerr << "aura: "
              << (is_user ? "no job has the user " + one_line(options.user_id, 60)
                          : one_line(options.job_id, 60) + ": there is no such job")
              << "\n";
    return 1;
  }
  std::cout << "forgot " << counted(forgotten.jobs, "job", "jobs") << ": deleted "
            << counted(forgotten.links, "link", "links") << " to content, "
            << counted(forgotten.pictures, "set", "sets") << " of pictures, "
            << counted(forgotten.parts, "measurement", "measurements") << "\n";
  return 0;
}

}  // namespace

void add_forget(CLI::App& app, Command& chosen) {
  auto* command =
      app.add_subcommand("forget", "Delete what is stored of a job's or a user's music");
  const auto options = std::make_shared<ForgetOptions>();
  auto* job = command->add_option("jobId", options->job_id, "Job to forget")->type_name("JOBID");
  auto* user = command->add_option("--user", options->user_id, "Forget all jobs of this userId")
                   ->type_name("ID")
                   ->excludes(job);
  command->footer(
      "Needs DATABASE_URL. Deletes pictures, measurements that no other job needs, and which\n"
      "content a job had. The rows of the jobs table stay as they are. Delete the rows of a user\n"
      "after this command, not before it.");
  command->callback([&chosen, options, job, user] {
    if (job->count() + user->count() == 0) throw CLI::RequiredError("JOBID or --user");
    if (options->job_id.empty() && options->user_id.empty())
      throw CLI::ValidationError("JOBID and the ID of --user must not be empty");
    chosen = [options] { return forget(*options); };
  });
}

}  // namespace aura::app
