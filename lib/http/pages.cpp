#include "pages.h"

#include "aura/page/assets.h"
#include "target.h"

namespace aura::http {
namespace {

constexpr std::string_view kJobs = "/jobs/";
constexpr std::string_view kAssets = "/assets/";

/// The page's scripts and style are files of its own, it asks nobody but this server, and nobody
/// may show it inside a page of theirs.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const page::Asset* asset_at(std::string_view path) {
  if (path == "/") return page::find_asset("queue.html");
  if (path.starts_with(kJobs)) {
    const auto job_id = path.substr(kJobs.size());
    const bool is_one = job_id.find('/') == std::string_view::npos && decode_percent(job_id);
    return is_one && !job_id.empty() ? page::find_asset("job.html") : nullptr;
  }
  return path.starts_with(kAssets) ? page::find_asset(path.substr(kAssets.size())) : nullptr;
}

}  // namespace

bool is_page(std::string_view path) {
  return asset_at(path) != nullptr;
}

Response page_for(const Request& request) {
  const auto& asset = *asset_at(path_of(request.target));
  Response response{.content_type = std::string(asset.content_type),
                    .etag = '"' + asset.sha256 + '"',
                    .policy = kPolicy};
  if (request.if_none_match == response.etag) {
    response.status = 304;
  } else {
    response.body = asset.text;
  }
  return response;
}

}  // namespace aura::http
