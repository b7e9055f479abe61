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

std::string policy_of(const std::string& html) {
  const std::string before = "http-equiv=\"Content-Security-Policy\" content=\"";
  const auto begin = html.find(before) + before.size();
  return html.substr(begin, html.find('"', begin) - begin);
}

std::string with_audio(std::string_view address) {
  return render_report({.title = "T", .report_json = "{}", .audio = address});
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
  const auto policy = policy_of(html);
  CHECK(policy.starts_with("default-src 'none'; script-src 'sha256-"));
  CHECK(policy.find("; style-src 'sha256-") != std::string::npos);
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(policy.find("connect-src") == std::string::npos);
  CHECK(policy.find("media-src") == std::string::npos);
  CHECK(html.find("<audio") == std::string::npos);
}

TEST_CASE("report: a player has the track's address, and the policy allows that alone") {
  const auto at = [](const std::string& address, const std::string& source) {
    CAPTURE(address);
    const auto html = with_audio(address);
    const auto policy = policy_of(html);
    const std::string before = "; media-src ";
    const auto begin = policy.find(before) + before.size();
    CHECK(policy.substr(begin, policy.find(';', begin) - begin) == source);
    auto shown = address;
    for (auto found = shown.find('&'); found != std::string::npos;
         found = shown.find('&', found + 1))
      shown.insert(found + 1, "amp;");
    CHECK(html.find("<audio id=\"audio\" controls preload=\"metadata\" src=\"" + shown + "\">") !=
          std::string::npos);
    CHECK(html.find("{player}") == std::string::npos);
  };
  at("../music/a%20%26%20b.mp3", "'self' file:");
  at("./%3Cb%3E.flac", "'self' file:");
  at("https://example.com/a/b.mp3?x=1&amp;y=;#z", "https://example.com/a/b.mp3");
  at("data:audio/mpeg;base64,SUQz", "data:");
}

TEST_CASE("report: an address that could leave its place is refused") {
  for (const auto* address :
       {"\" onerror=alert(1) x=\"", "a b.mp3", "<b>.mp3", "a\nb", "\x7f", "\xff.mp3", "{data}",
        "https://example.com/a;script-src *", "https://example.com/a,b", "a;b.mp3",
        "javascript:alert(1)", "http://example.com/a.mp3", "data:text/html,x",
        "file:///etc/passwd"}) {
    CAPTURE(address);
    CHECK_THROWS_AS(with_audio(address), std::invalid_argument);
  }
}

TEST_CASE("report: what is no JSON is refused") {
  CHECK_THROWS_AS(render_report({.title = "T", .report_json = "{"}), std::invalid_argument);
  CHECK_THROWS_AS(render_report({.title = "T", .report_json = "{}", .pictures_json = "nan"}),
                  std::invalid_argument);
}
