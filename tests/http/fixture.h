#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/analysis/space.h"
#include "aura/analysis/timbre.h"
#include "aura/base/log.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/http/endpoint.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/database_url.h"
#include "aura/queue/queue.h"
#include "aura/test/database.h"
#include "requests.h"

namespace aura::test {

using Json = nlohmann::json;

inline constexpr const char* kJsonType = "Content-Type: application/json\r\n";

/// A space of Timbre that is quickly made.
inline analysis::Space any_space() {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> rows(analysis::Space::kLeastRows,
                                       std::vector<float>(analysis::kTimbreSize));
  for (auto& row : rows)
    for (auto& value : row) value = normal(random);
  constexpr auto kPart = analysis::Part::kTimbre;
  return analysis::Space::fit(std::string(name_of(kPart)), version_of(kPart), rows);
}

/// An endpoint beside a database with the tables made.
struct WithEndpoint {
  WithEndpoint() { instruments.set_prepared(); }

  TestDatabase database;
  queue::QueueTable table = database.with_schema_and_table();
  postgres::Connection connection = database.connect();
  queue::Queue queue{connection, table};
  metrics::Instruments instruments{{{"version", "1.2.3"}}, 2};
  catalogue::CatalogueReader reader{{any_space()}, 1 << 20};
  std::ostringstream sink;
  Log log{LogLevel::kInfo, LogFormat::kText, "w", sink};
  http::Endpoint endpoint{settings(), instruments, reader, log};

  http::EndpointSettings settings(std::optional<std::string> token = std::nullopt) const {
    return {.token = std::move(token),
            .database = postgres::parse_database_url(database.url()),
            .alive_within = std::chrono::minutes(1)};
  }
  Answer get(const std::string& target, const std::string& headers = "") const {
    return ask(endpoint.port(), "GET", target, headers);
  }
  Answer submit(const std::string& body, const std::string& headers = kJsonType) const {
    return ask(endpoint.port(), "POST", "/api/aura/analyze", headers, body);
  }
  std::string column(const std::string& name) {
    return database.value("SELECT \"" + name + "\" FROM \"AuraAnalysis\"");
  }
  /// Inserts a job that is completed.
  void complete(const std::string& id) {
    database.insert_job(id);
    queue.complete(
        queue.claim({.limit = 1, .worker_id = "w"}).at(0).run_id,
        {.hit_factor = 71,
         .audio_score = 85,
         .lyrics_score = 50,
         .brand_score = 75,
         .market_score = 70,
         .recommendations_json = R"([{"type":"lyrics","note":"More of them","priority":"medium"}])",
         .similar_hits_json = "[]",
         .full_report_json = "{}",
         .model_version = "AURA-v2.1",
         .processing_time = std::chrono::milliseconds(1234),
         .pictures_json =
             R"({"duration_s":1.5,"waveform":{"columns":1,"min":"AA==","max":"AA=="},)"
             R"("spectrogram":{"columns":1,"bands":1,"low_hz":0,"high_hz":11025.0,"db_range":80.0,"data":"AA=="},)"
             R"("mfcc":{"columns":1,"coefficients":1,"data":"AA==","scale":[1.5]},)"
             R"("onset":{"columns":1,"data":"AA=="},"tempo":{"bpm":[120.2],"strength":[0.5]}})"});
  }
};

}  // namespace aura::test
