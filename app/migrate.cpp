#include "aura/postgres/migrations.h"

#include <chrono>
#include <iostream>
#include <memory>

#include "aura/analysis/space.h"
#include "aura/base/wait.h"
#include "aura/catalogue/pgvector.h"
#include "aura/queue/aids.h"
#include "aura/worker/settings.h"
#include "commands.h"
#include "input.h"

namespace aura::app {
namespace {

/// How long to wait for a table that is in use, or for another who is about the same.
constexpr std::chrono::seconds kPatience{30};

void make_aids(postgres::Connection& connection, const queue::QueueTable& table,
               const worker::DatabaseSettings& settings) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  bool is_due = true;
  while (true) {
    bool busy = false;
    for (const auto& [aid, state, why] : queue::ensure_aids(
             connection, table, settings.fair_by_user, {}, {settings.direct_url, is_due})) {
      if (state == queue::AidState::kMade) {
        std::cout << "made " << queue::describe(aid) << " on " << table.quoted << "\n";
      }
      if (state == queue::AidState::kBusy) busy = true;
      if (state == queue::AidState::kCutOff) {
        is_due = false;
        std::cerr << "aura: a time limit ended the building of " << queue::describe(aid) << " on "
                  << table.quoted << " (" << why
                  << "): workers work slower without it, and try again every hour. Set DIRECT_URL "
                     "to the database without a pooler, or lift the limit of the role\n";
      }
      if (state == queue::AidState::kRefused) {
        std::cerr << "aura: this role may not make " << queue::describe(aid) << " on "
                  << table.quoted << " (" << why
                  << "): workers work slower without it. Run aura migrate as the table's owner\n";
      }
    }
    if (!busy) return;
    if (std::chrono::steady_clock::now() > deadline) {
      std::cerr << "aura: " << table.quoted << " is in use: workers will make the rest\n";
      return;
    }
    // Each try makes the web app's writes wait for a second at most: leave them time in between.
    wait_for(std::chrono::seconds(2), {});
  }
}

struct Options {
  bool with_queue_table = false;
  bool with_pgvector = false;
};

int run(const Options& options) {
  const auto settings = worker::read_database_settings(Env::load());
  tell_notes(settings);
  postgres::Connection connection(settings.url);
  for (const auto& name : postgres::migrate(connection)) std::cout << "applied " << name << "\n";
  if (options.with_queue_table && queue::create_queue_table(connection, settings.table)) {
    std::cout << "created the jobs table\n";
  }
  if (options.with_pgvector) {
    catalogue::make_pgvector(settings.direct_url, analysis::shipped_space(),
                             [](const std::string& line) { std::cout << line << std::endl; });
  }
  const auto table = queue::find_queue_table(connection, settings.table);
  make_aids(connection, table, settings);
  std::cout << "ready: jobs in " << table.quoted << " of " << settings.url.display << "\n";
  return 0;
}

}  // namespace

void add_migrate(CLI::App& app, Command& chosen) {
  auto* command =
      app.add_subcommand("migrate", "Create what a worker needs in the database; safe to repeat");
  const auto options = std::make_shared<Options>();
  command->add_flag("--with-queue-table", options->with_queue_table,
                    "Also create the jobs table, if no web app has created it");
  command->add_flag("--with-pgvector", options->with_pgvector,
                    "Also create what CATALOGUE_INDEX=pgvector needs, if the extension is there");
  command->footer(
      "Needs DATABASE_URL. Creates schema aura and, if the role may, an index, a fillfactor and "
      "triggers on the jobs table.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
