#include "aura/page/assets.h"

#include <catch2/catch.hpp>
#include <string>

#include "embedded_assets.h"

using aura::page::embedded_assets;
using aura::page::find_asset;

TEST_CASE("assets: each is found by its name, with its type and its hash") {
  const auto* style = find_asset("style.css");
  REQUIRE(style != nullptr);
  CHECK(style->content_type == "text/css; charset=utf-8");
  CHECK(style->sha256.size() == 44);  // 32 bytes in base64
  CHECK(find_asset("queue.html")->content_type == "text/html; charset=utf-8");
  CHECK(find_asset("queue.js")->content_type == "text/javascript; charset=utf-8");
  CHECK(find_asset("none.js") == nullptr);
  CHECK(find_asset("") == nullptr);
}

TEST_CASE("assets: Chart.js keeps its licence's notice") {
  const auto text = find_asset("chart.min.js")->text;
  CHECK(text.find("(c) 2022 Chart.js Contributors") < 200);
  CHECK(text.find("Released under the MIT License") < 200);
}

TEST_CASE("assets: none can end the element that a report puts it into") {
  for (const auto& [name, text] : embedded_assets()) {
    if (name.ends_with(".html")) continue;
    INFO(name);
    for (const char* end : {"</script", "</style", "<!--"})
      CHECK(text.find(end) == std::string_view::npos);
  }
}

TEST_CASE("assets: pages have no inline script, style or handler") {
  for (const auto& [name, text] : embedded_assets()) {
    if (!name.ends_with(".html")) continue;
    INFO(name);
    for (const char* inline_code :
         {"<script>", "<style", " style=", " onclick=", " onload=", "javascript:"})
      CHECK(text.find(inline_code) == std::string_view::npos);
  }
}

TEST_CASE("assets: pages refer to files that are there") {
  for (const std::string page : {"queue.html", "job.html", "catalogue.html", "report.html"}) {
    INFO(page);
    REQUIRE(find_asset(page) != nullptr);
    const auto text = find_asset(page)->text;
    const std::string_view folder = "\"/assets/";
    int files = 0;
    for (auto at = text.find(folder); at != std::string_view::npos; at = text.find(folder, at)) {
      at += folder.size();
      const auto name = text.substr(at, text.find('"', at) - at);
      INFO(name);
      CHECK(find_asset(name) != nullptr);
      ++files;
    }
    CHECK(files >= 5);
  }
}

TEST_CASE("assets: no page loads anything of another origin") {
  for (const auto& [name, text] : embedded_assets()) {
    if (!name.ends_with(".html") && name != "style.css") continue;
    INFO(name);
    for (const char* source :
         {"src=\"http", "href=\"http", "src=\"//", "href=\"//", "url(", "@import"})
      CHECK(text.find(source) == std::string_view::npos);
  }
}

TEST_CASE("assets: scripts never make markup of text") {
  for (const auto& [name, text] : embedded_assets()) {
    if (name.ends_with(".min.js")) continue;
    INFO(name);
    for (const char* sink :
         {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("})
      CHECK(text.find(sink) == std::string_view::npos);
  }
}
