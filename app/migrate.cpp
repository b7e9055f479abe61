#include "aura/queue/migrations.h"

#include <iostream>
#include <memory>

#include "aura/worker/settings.h"
#include "commands.h"

namespace aura::app {
namespace {

int run(bool with_queue_table) {
  const auto settings = worker::read_database_settings(Env::load());
  queue::Connection connection(settings.url);
  for (const auto& name : queue::migrate(connection)) std::cout << "applied " << name << "\n";
  if (with_queue_table && queue::create_queue_table(connection, settings.table)) {
    std::cout << "created the jobs table\n";
  }
  const auto table = queue::find_queue_table(connection, settings.table);
  switch (queue::ensure_claim_index(connection, table)) {
    case queue::IndexState::kCreated:
      std::cout << "created the index for claiming on " << table.quoted << "\n";
      break;
    case queue::IndexState::kRefused:
      std::cerr << "aura: this role may not create an index on " << table.quoted
                << ": workers do without, slower on a large table; run aura migrate as its owner\n";
      break;
    case queue::IndexState::kPresent:
      break;
  }
  std::cout << "ready: jobs in " << table.quoted << " of " << settings.url.display << "\n";
  return 0;
}

}  // namespace

void add_migrate(CLI::App& app, Command& chosen) {
  auto* command =
      app.add_subcommand("migrate", "Make what the worker needs in the database; safe to repeat");
  const auto with_queue_table = std::make_shared<bool>(false);
  command->add_flag("--with-queue-table", *with_queue_table,
                    "Also create the jobs table, where no web app has made it");
  command->footer(
      "Needs DATABASE_URL. Makes schema aura and, where the role may, an index on the jobs table.");
  command->callback([&chosen, with_queue_table] {
    chosen = [with_queue_table] { return run(*with_queue_table); };
  });
}

}  // namespace aura::app
