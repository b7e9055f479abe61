#include "aura/page/report.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

using aura::page::render_report;
using aura::page::ReportContent;
using Json = nlohmann::json;

namespace {

/// The JSON that a report carries.
std::string data_in(const std::string& html) {
  const std::string before = R"(<script type="application/json" id="data">)";
  const auto begin = html.find(before) + before.size();
  return html.substr(begin, html.find("</script>", begin) - begin);
}

}  // namespace

TEST_CASE("report: carries what it shows") {
  const auto html = render_report({.title = "T",
                                   .artist = "A",
                                   .source = "t.mp3",
                                   .report_json = R"({"hit_factor":71})",
                                   .pictures_json = R"({"duration_s":1})"});
  CHECK(html.starts_with("<!DOCTYPE html>"));
  CHECK(Json::parse(data_in(html)) == Json{{"title", "T"},
                                           {"artist", "A"},
                                           {"source", "t.mp3"},
                                           {"report", {{"hit_factor", 71}}},
                                           {"pictures", {{"duration_s", 1}}}});
  CHECK(Json::parse(data_in(render_report({.title = "T", .report_json = "{}"})))["pictures"] ==
        nullptr);
}

TEST_CASE("report: no text can end the element it stands in") {
  const std::string hostile = "</script><script>alert(1)</script><!--<script> {policy} {data} \xff";
  const auto html = render_report({.title = hostile,
                                   .artist = hostile,
                                   .source = hostile,
                                   .report_json = Json{{"note", "</script><img src=x>"}}.dump()});
  const auto data = data_in(html);
  CHECK(data.find('<') == std::string::npos);
  const auto read = Json::parse(data);
  CHECK(read["title"] ==
        "</script><script>alert(1)</script><!--<script> {policy} {data} \xef\xbf\xbd");
  CHECK(read["report"]["note"] == "</script><img src=x>");
  CHECK(html.find("alert(1)</script>") == std::string::npos);
}

TEST_CASE("report: needs no other file, and its policy allows what is in it alone") {
  const auto html = render_report({.title = "T", .report_json = "{}"});
  CHECK(html.find("/assets/") == std::string::npos);
  CHECK(html.find("<link rel=\"stylesheet\"") == std::string::npos);
  CHECK(html.find("<script src") == std::string::npos);
  const std::string before = "http-equiv=\"Content-Security-Policy\" content=\"";
  const auto begin = html.find(before) + before.size();
  const auto policy = html.substr(begin, html.find('"', begin) - begin);
  CHECK(policy.starts_with("default-src 'none'; script-src 'sha256-"));
  CHECK(policy.find("; style-src 'sha256-") != std::string::npos);
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(policy.find("connect-src") == std::string::npos);
}

TEST_CASE("report: what is no JSON is refused") {
  CHECK_THROWS_AS(render_report({.title = "T", .report_json = "{"}), std::invalid_argument);
  CHECK_THROWS_AS(render_report({.title = "T", .report_json = "{}", .pictures_json = "nan"}),
                  std::invalid_argument);
}
