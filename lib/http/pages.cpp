#include "pages.h"

#include "aura/page/assets.h"

namespace aura::http {
namespace {

/// The page loads scripts and styles from this server alone, and no other page may embed it.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

Response file_response(std::string_view name, const Request& request) {
  const auto& asset = *page::find_asset(name);
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

}  // namespace

Response answer_queue_page(const Call& call, const WorkerState&) {
  return file_response("queue.html", call.request);
}

Response answer_job_page(const Call& call, const WorkerState&) {
  return file_response("job.html", call.request);
}

Response answer_catalogue_page(const Call& call, const WorkerState&) {
  return file_response("catalogue.html", call.request);
}

Response answer_asset(const Call& call, const WorkerState&) {
  return file_response(call.value, call.request);
}

std::optional<std::string> asset_name_of(std::string_view segment) {
  return page::find_asset(segment) ? std::optional<std::string>(segment) : std::nullopt;
}

}  // namespace aura::http
