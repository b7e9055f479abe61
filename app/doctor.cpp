#include "aura/queue/doctor.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "aura/analysis/space.h"
#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/catalogue/examine.h"
#include "aura/catalogue/measured_row.h"
#include "aura/catalogue/pgvector.h"
#include "aura/http/endpoint.h"
#include "aura/worker/settings.h"
#include "aura/worker/worker.h"
#include "commands.h"
#include "input.h"
#include "load_tagger.h"

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

/// Looks for the model that a worker here would use.
queue::Finding examine_models(const Env& env, std::size_t patches) {
  constexpr const char* kCheck = "models";
  try {
    const auto tagger = load_tagger(env, patches);
    if (!tagger) return {kCheck, queue::Verdict::kFine, kNoModel};
    const auto& tagging = tagger->named.tagging;
    return {kCheck, queue::Verdict::kFine,
            tagging.model + " (" + std::string(tagger->model.licence) + ") in " +
                one_line(tagger->file.string(), 300) +
                " tags tracks, patches: " + patches_text(tagging)};
  } catch (const ConfigError& error) {
    return {kCheck, queue::Verdict::kBroken, error.what(), "aura models says more"};
  }
}

int run(bool json) {
  const auto env = Env::load();
  const auto settings = worker::read_worker_settings(env);
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
                                                    catalogue::shipped_spaces(has_model(env))));
    if (settings.catalogue.index == catalogue::IndexEngine::kPgvector)
      findings.push_back(
          catalogue::examine_pgvector(settings.database.url, analysis::shipped_space()));
  }
  findings.push_back(examine_models(env, settings.analysis.patches));
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
  auto* command = app.add_subcommand(
      "doctor", "Check the database and models, and say how to repair each fault");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print one JSON array of findings");
  command->footer("Needs DATABASE_URL and changes nothing. Exit status 1: a worker can't work.");
  command->callback([&chosen, json] { chosen = [json] { return run(*json); }; });
}

}  // namespace aura::app
