#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "fixture.h"
#include "routes.h"

namespace aura::http {

inline constexpr const char* kBody =
    R"({"audioUrl":"https://h/a.mp3","trackTitle":"T","artistName":"A","userId":"u"})";

/// The routes that ask the database for jobs and change nothing, for the job "a".
inline const std::vector<std::string> kReading{
    "/api/aura/status/a", "/api/aura/result/a", "/api/aura/pictures/a", "/api/aura/jobs",
    "/api/aura/jobs/a",   "/api/aura/summary",  "/api/aura/similar/a"};

/// The routes that ask it for songs alone.
inline const std::vector<std::string> kReadingSongs{"/api/aura/catalogue", "/api/aura/catalogue/1"};

/// A request as this machine's own user sends it.
inline Request local(const std::string& method, const std::string& target) {
  return {.method = method,
          .target = target,
          .content_type = method == "POST" ? "application/json" : "",
          .host = "localhost:8080",
          .is_from_loopback = true};
}

struct Routed : test::WithEndpoint {
  Response ask(const Request& request) {
    if (auto response = routes.at_once(request)) return *response;
    return routes.later(request);
  }
  unsigned status(const std::string& target) { return ask(local("GET", target)).status; }
  test::Json body(const std::string& target) {
    return test::Json::parse(ask(local("GET", target)).body);
  }
  Response remove(const std::string& target) { return ask(local("DELETE", target)); }
  Response post(const std::string& target, const std::string& body = "") {
    auto request = local("POST", target);
    request.body = body;
    return ask(request);
  }
  void rename_table(const std::string& from, const std::string& to) {
    database.execute("ALTER TABLE public.\"" + from + "\" RENAME TO \"" + to + "\"");
  }

  Routes routes{settings(), instruments, reader, log};
};

/// Without a database.
struct Unconnected {
  metrics::Instruments instruments{{{"version", "1"}}, 1};
  catalogue::CatalogueReader reader{{test::any_space()}, 1 << 20};
  std::ostringstream sink;
  Log log{LogLevel::kInfo, LogFormat::kText, "w", sink};
  Routes routes{{.database = postgres::parse_database_url("postgresql://u:secret@127.0.0.1:1/d"),
                 .alive_within = std::chrono::hours(1)},
                instruments,
                reader,
                log};
};

}  // namespace aura::http
