#include "route_table.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

namespace aura::http {
namespace {

/// "GET /path" or "POST /path", with {placeholders}.
using Names = std::set<std::string>;

std::string read_file(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string name_of(const Route& route) {
  return (route.methods == Methods::kPost ? "POST " : "GET ") + std::string(route.pattern);
}

template <typename Wanted>
Names names_of(Wanted wanted) {
  Names names;
  for (const auto& route : route_table()) {
    if (wanted(route)) names.insert(name_of(route));
  }
  return names;
}

bool is_of_page(const Route& route) {
  return route.cache == Cache::kRevalidate;
}

std::string filled_in(std::string_view pattern) {
  const auto named =
      std::regex_replace(std::string(pattern), std::regex("\\{name\\}"), "style.css");
  return std::regex_replace(named, std::regex("\\{jobId\\}"), "a%20b");
}

}  // namespace

TEST_CASE("route table: openapi.json describes each route but those of the page") {
  Names described;
  const auto json = nlohmann::json::parse(read_file(AURA_OPENAPI));
  for (const auto& [path, item] : json.at("paths").items()) {
    for (const auto& [method, operation] : item.items())
      described.insert((method == "post" ? "POST " : "GET ") + path);
  }
  CHECK(described == names_of([](const Route& route) { return !is_of_page(route); }));
}

TEST_CASE("route table: README.md lists each route") {
  Names listed;
  const auto page = read_file(AURA_HTTP_README);
  const std::regex cell("`((GET|POST) /[^`?]*)[^`]*`");
  for (std::sregex_iterator it(page.begin(), page.end(), cell), end; it != end; ++it) {
    auto name = std::regex_replace((*it)[1].str(), std::regex("JOBID"), "{jobId}");
    listed.insert(std::regex_replace(name, std::regex("NAME"), "{name}"));
  }
  CHECK(listed == names_of([](const Route&) { return true; }));
}

TEST_CASE("route table: each path leads to its own route") {
  for (const auto& route : route_table()) {
    CAPTURE(route.pattern);
    const auto match = find_route(filled_in(route.pattern));
    REQUIRE(match);
    CHECK(&match->route == &route);
    const bool names_job = route.pattern.find("{jobId}") != std::string_view::npos;
    const bool names_file = route.pattern.find("{name}") != std::string_view::npos;
    CHECK(match->value == (names_job ? "a b" : names_file ? "style.css" : ""));
  }
  CHECK(names_of([](const Route&) { return true; }).size() == route_table().size());
}

TEST_CASE("route table: health and the page need no database, readiness has a thread of its own") {
  CHECK(names_of([](const Route& route) { return route.is_probe(); }) ==
        Names{"GET /readyz", "GET /metrics"});
  CHECK(names_of([](const Route& route) { return !route.needs_database(); }) ==
        Names{"GET /healthz", "GET /api/aura/events", "GET /", "GET /jobs/{jobId}",
              "GET /assets/{name}"});
  CHECK(names_of([](const Route& route) { return route.access == Access::kOpen; }) ==
        Names{"GET /healthz", "GET /readyz"});
}

}  // namespace aura::http
