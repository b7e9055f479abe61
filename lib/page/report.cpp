#include "aura/page/report.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "aura/page/assets.h"

namespace aura::page {
namespace {

using Json = nlohmann::ordered_json;

Json parse(std::string_view json) try {
  return json.empty() ? Json() : Json::parse(json);
} catch (const Json::exception&) {
  throw std::invalid_argument("the report is not JSON");
}

/// Returns JSON that can't end the script element around it.
std::string data_of(const ReportContent& content) {
  const Json data{{"title", content.title},
                  {"artist", content.artist},
                  {"source", content.source},
                  {"report", parse(content.report_json)},
                  {"pictures", parse(content.pictures_json)}};
  const auto json = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string escaped;
  escaped.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      escaped += "\\u003c";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

/// Replaces `mark` in `html` with `text`.
void fill_in(std::string& html, std::string_view mark, std::string_view text) {
  const auto at = html.find(mark);
  if (at == std::string::npos) throw std::logic_error("report.html has no " + std::string(mark));
  html.replace(at, mark.size(), text);
}

/// Replaces each reference to an asset in `html` with an `element` that holds the asset's text. The
/// asset's name stands between `before` and `after`. Returns the sources for the policy.
std::string inline_all(std::string& html, std::string_view before, std::string_view after,
                       const std::string& element) {
  std::string sources;
  for (auto at = html.find(before); at != std::string::npos; at = html.find(before, at)) {
    const auto name_at = at + before.size();
    const auto name_end = html.find(after, name_at);
    const auto* asset = find_asset(std::string_view(html).substr(name_at, name_end - name_at));
    if (asset == nullptr) throw std::logic_error("report.html refers to what isn't there");
    std::string inlined = "<" + element + ">";
    inlined.append(asset->text).append("</").append(element).append(">");
    html.replace(at, name_end + after.size() - at, inlined);
    at += inlined.size();
    sources += " 'sha256-" + asset->sha256 + "'";
  }
  return sources;
}

}  // namespace

std::string render_report(const ReportContent& content) {
  std::string html(find_asset("report.html")->text);
  const auto styles = inline_all(html, "<link rel=\"stylesheet\" href=\"/assets/", "\">", "style");
  const auto scripts = inline_all(html, "<script src=\"/assets/", "\" defer></script>", "script");
  fill_in(html, "{policy}",
          "default-src 'none'; script-src" + scripts + "; style-src" + styles +
              "; img-src data:; base-uri 'none'; form-action 'none'");
  fill_in(html, "{data}", data_of(content));
  return html;
}

}  // namespace aura::page
