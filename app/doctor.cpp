#include "aura/queue/doctor.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "aura/analysis/space.h"
#include "aura/catalogue/examine.h"
#include "aura/catalogue/pgvector.h"
#include "aura/http/endpoint.h"
#include "aura/worker/settings.h"
#include "aura/worker/worker.h"
#include "commands.h"
#include "input.h"
#include "vector_kinds.h"

namespace aura::app {
namespace {

const char* word(queue::Verdict verdict) {
  switch (verdict) {
    case queue::Verdict::kFine:
      return "ok";
    case queue::Verdict::kSlower:
      return "slower";
    case queue::Verdict::kBroken:
      return "broken";
  }
  return "";
}

std::string pad(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

void print(const queue::Finding& finding) {
  std::cout << pad(word(finding.verdict), 8) << pad(finding.check, 14) << finding.found << "\n";
  if (!finding.mend.empty()) std::cout << pad("", 22) << "→ " << finding.mend << "\n";
}

int run(bool json) {
  const auto settings = worker::read_worker_settings(Env::load());
  tell_notes(settings.database);
  auto findings =
      queue::examine({.url = settings.database.url,
                      .direct_url = settings.database.direct_url,
                      .table = settings.database.table,
                      .in_turn = settings.database.fair_by_user,
                      .connections = worker::connections(settings) + http::Endpoint::kConnections});
  // Without a connection, the first finding says all.
  if (findings.front().verdict != queue::Verdict::kBroken) {
    findings.push_back(catalogue::examine_catalogue(settings.database.url, settings.catalogue,
                                                    spaces_of_process()));
    if (settings.catalogue.index == catalogue::IndexEngine::kPgvector)
      findings.push_back(
          catalogue::examine_pgvector(settings.database.url, analysis::shipped_space()));
  }
  if (json) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& finding : findings) {
      list.push_back({{"check", finding.check},
                      {"verdict", word(finding.verdict)},
                      {"found", finding.found},
                      {"mend", finding.mend}});
    }
    std::cout << list.dump() << "\n";
  } else {
    for (const auto& finding : findings) print(finding);
  }
  return std::none_of(
             findings.begin(), findings.end(),
             [](const auto& finding) { return finding.verdict == queue::Verdict::kBroken; })
             ? 0
             : 1;
}

}  // namespace

void add_doctor(CLI::App& app, Command& chosen) {
  auto* command =
      app.add_subcommand("doctor", "Check the database, and say how to repair each fault");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print one JSON array of findings");
  command->footer("Needs DATABASE_URL and changes nothing. Exit status 1: a worker can't work.");
  command->callback([&chosen, json] { chosen = [json] { return run(*json); }; });
}

}  // namespace aura::app
