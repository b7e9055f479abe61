#include "aura/page/report.h"

#include <algorithm>
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

/// Throws if `address` could end the attribute that it stands in, or its part of the policy.
void check_address(std::string_view address) {
  const auto path = address.substr(0, address.find_first_of("?#"));
  const bool is_plain = std::ranges::all_of(address, [](char c) {
    return c > ' ' && c < '\x7f' && std::string_view("\"'<>\\^`{|}").find(c) == std::string::npos;
  });
  const bool is_allowed =
      address.starts_with("data:audio/") || path.find_first_of(";,") == std::string_view::npos;
  if (!is_plain || !is_allowed) throw std::invalid_argument("the track's address is no URL");
}

/// Returns the source of the policy that allows `address` alone.
std::string media_source(std::string_view address) {
  if (address.starts_with("data:")) return "data:";
  if (address.starts_with("https://"))
    return std::string(address.substr(0, address.find_first_of("?#")));
  // Beside a page that was opened as a file, or in the folder of a web server.
  if (address.find(':') != std::string_view::npos)
    throw std::invalid_argument("the track's address is neither relative nor https nor data");
  return "'self' file:";
}

std::string player_of(std::string_view address) {
  std::string player = R"(<section class="card player" aria-labelledby="player-title">
<h2 id="player-title">Listen</h2>
<audio id="audio" controls preload="metadata" src=")";
  for (const char c : address) {
    if (c == '&')
      player += "&amp;";
    else
      player += c;
  }
  return player + R"("></audio>
<p id="audio-note" class="note" role="status"></p>
</section>
)";
}

}  // namespace

std::string render_report(const ReportContent& content) {
  std::string html(find_asset("report.html")->text);
  const auto styles = inline_all(html, "<link rel=\"stylesheet\" href=\"/assets/", "\">", "style");
  const auto scripts = inline_all(html, "<script src=\"/assets/", "\" defer></script>", "script");
  std::string media, player;
  if (!content.audio.empty()) {
    check_address(content.audio);
    media = "; media-src " + media_source(content.audio);
    player = player_of(content.audio);
  }
  fill_in(html, "{policy}",
          "default-src 'none'; script-src" + scripts + "; style-src" + styles +
              "; img-src data:" + media + "; base-uri 'none'; form-action 'none'");
  fill_in(html, "{player}", player);
  fill_in(html, "{data}", data_of(content));
  return html;
}

}  // namespace aura::page
