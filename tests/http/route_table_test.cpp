#include "route_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

namespace aura::http {
namespace {

/// "GET /path", "POST /path" or "DELETE /path", with {placeholders}.
using Names = std::set<std::string>;

std::string read_file(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string method_of(const Route& route) {
  return route.methods == Methods::kPost     ? "POST"
         : route.methods == Methods::kDelete ? "DELETE"
                                             : "GET";
}

std::string name_of(const Route& route) {
  return method_of(route) + " " + std::string(route.pattern);
}

std::string in_capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
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
  auto path = std::regex_replace(std::string(pattern), std::regex("\\{name\\}"), "style.css");
  path = std::regex_replace(path, std::regex("\\{songId\\}"), "7");
  return std::regex_replace(path, std::regex("\\{jobId\\}"), "a%20b");
}

}  // namespace

TEST_CASE("route table: openapi.json describes each route but those of the page") {
  Names described;
  const auto json = nlohmann::json::parse(read_file(AURA_OPENAPI));
  for (const auto& [path, item] : json.at("paths").items()) {
    for (const auto& [method, operation] : item.items())
      described.insert(in_capitals(method) + " " + path);
  }
  CHECK(described == names_of([](const Route& route) { return !is_of_page(route); }));
}

TEST_CASE("route table: README.md lists each route") {
  Names listed;
  const auto page = read_file(AURA_HTTP_README);
  const std::regex cell("`((GET|POST|DELETE) /[^`?]*)[^`]*`");
  for (std::sregex_iterator it(page.begin(), page.end(), cell), end; it != end; ++it) {
    auto name = std::regex_replace((*it)[1].str(), std::regex("JOBID"), "{jobId}");
    name = std::regex_replace(name, std::regex("SONGID"), "{songId}");
    listed.insert(std::regex_replace(name, std::regex("NAME"), "{name}"));
  }
  CHECK(listed == names_of([](const Route&) { return true; }));
}

TEST_CASE("route table: each path leads to its own route") {
  for (const auto& route : route_table()) {
    CAPTURE(route.pattern);
    const auto match = find_route(filled_in(route.pattern), method_of(route));
    REQUIRE(match);
    CHECK(&match->route == &route);
    const bool names_job = route.pattern.find("{jobId}") != std::string_view::npos;
    const bool names_song = route.pattern.find("{songId}") != std::string_view::npos;
    const bool names_file = route.pattern.find("{name}") != std::string_view::npos;
    CHECK(match->value == (names_job ? "a b" : names_song ? "7" : names_file ? "style.css" : ""));
  }
  CHECK(names_of([](const Route&) { return true; }).size() == route_table().size());
}

TEST_CASE("route table: health and the page need no database, readiness has a thread of its own") {
  CHECK(names_of([](const Route& route) { return route.is_probe(); }) ==
        Names{"GET /readyz", "GET /metrics"});
  CHECK(names_of([](const Route& route) { return !route.needs_database(); }) ==
        Names{"GET /healthz", "GET /openapi.json", "GET /api/aura/events", "GET /",
              "GET /jobs/{jobId}", "GET /catalogue", "GET /assets/{name}"});
  CHECK(names_of([](const Route& route) { return route.access == Access::kOpen; }) ==
        Names{"GET /healthz", "GET /readyz"});
}

TEST_CASE("route table: a path may have a route for each of several methods") {
  const auto songs = [](std::string_view method) {
    return find_route("/api/aura/catalogue", method)->route.methods;
  };
  CHECK(songs("HEAD") == Methods::kRead);
  CHECK(songs("POST") == Methods::kPost);
  CHECK(songs("DELETE") == Methods::kRead);  // the first, which refuses it
  CHECK(find_route("/api/aura/catalogue/7", "DELETE")->route.methods == Methods::kDelete);
  CHECK(list_methods("/api/aura/catalogue") == "GET, HEAD, POST");
  CHECK(list_methods("/api/aura/catalogue/7") == "GET, HEAD, DELETE");
  CHECK(list_methods("/none").empty());
}

}  // namespace aura::http
