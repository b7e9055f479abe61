#include "route_table.h"

#include <array>
#include <utility>

#include "catalogue_songs.h"
#include "health.h"
#include "job_changes.h"
#include "job_list.h"
#include "jobs.h"
#include "openapi.h"
#include "pages.h"
#include "probes.h"
#include "similar_songs.h"
#include "summary.h"
#include "target.h"

namespace aura::http {
namespace {

std::optional<std::string> job_id_of(std::string_view segment) {
  constexpr std::size_t kMostBytes = 200;
  auto id = decode_percent(segment);
  return id && id->size() <= kMostBytes ? id : std::nullopt;
}

// Tests compare it with openapi.json and README.md.
constexpr std::array kRoutes{
    Route{Methods::kRead, "/healthz", &answer_health, nullptr, Cache::kNever, Access::kOpen},
    Route{Methods::kRead, "/readyz", ProbeHandler{&Probes::ready, &Probes::ready_without_database},
          nullptr, Cache::kNever, Access::kOpen},
    Route{Methods::kRead, "/metrics",
          ProbeHandler{&Probes::metrics, &Probes::metrics_without_database}},
    Route{Methods::kRead, "/openapi.json", &answer_openapi},
    Route{Methods::kRead, "/api/aura/status/{jobId}", &answer_status, &job_id_of},
    Route{Methods::kRead, "/api/aura/result/{jobId}", &answer_result, &job_id_of},
    Route{Methods::kRead, "/api/aura/pictures/{jobId}", &answer_pictures, &job_id_of},
    Route{Methods::kRead, "/api/aura/audio-features/{jobId}", &answer_audio_features, &job_id_of},
    Route{Methods::kRead, "/api/aura/jobs", &answer_jobs},
    Route{Methods::kRead, "/api/aura/jobs/{jobId}", &answer_job, &job_id_of},
    Route{Methods::kPost, "/api/aura/jobs/{jobId}/retry", &retry_job, &job_id_of},
    Route{Methods::kRead, "/api/aura/summary", &answer_summary},
    Route{Methods::kRead, "/api/aura/events", &start_events},
    Route{Methods::kPost, "/api/aura/analyze", &submit_job},
    Route{Methods::kRead, "/api/aura/similar/{jobId}", &answer_similar, &job_id_of},
    Route{Methods::kRead, "/api/aura/catalogue", &answer_songs},
    Route{Methods::kPost, "/api/aura/catalogue", &add_song},
    Route{Methods::kRead, "/api/aura/catalogue/{songId}", &answer_song, &song_id_of},
    Route{Methods::kDelete, "/api/aura/catalogue/{songId}", &remove_song, &song_id_of},
    Route{Methods::kRead, "/", &answer_queue_page, nullptr, Cache::kRevalidate},
    Route{Methods::kRead, "/jobs/{jobId}", &answer_job_page, &decode_percent, Cache::kRevalidate},
    Route{Methods::kRead, "/catalogue", &answer_catalogue_page, nullptr, Cache::kRevalidate},
    Route{Methods::kRead, "/assets/{name}", &answer_asset, &asset_name_of, Cache::kRevalidate},
};

constexpr std::string_view name_of(Methods methods) noexcept {
  switch (methods) {
    case Methods::kPost:
      return "POST";
    case Methods::kDelete:
      return "DELETE";
    case Methods::kRead:
      break;
  }
  return "GET, HEAD";
}

/// What a pattern has before and after its placeholder.
struct Parts {
  std::string_view before;
  std::string_view after{};
  bool has_placeholder = false;
};

constexpr Parts split(std::string_view pattern) {
  const auto open = pattern.find('{');
  if (open == std::string_view::npos) return {pattern};
  return {pattern.substr(0, open), pattern.substr(pattern.find('}', open) + 1), true};
}

std::optional<std::string> match(const Route& route, std::string_view path) {
  const auto parts = split(route.pattern);
  if (!parts.has_placeholder) return path == parts.before ? std::optional("") : std::nullopt;
  if (path.size() <= parts.before.size() + parts.after.size() || !path.starts_with(parts.before) ||
      !path.ends_with(parts.after))
    return std::nullopt;
  path.remove_prefix(parts.before.size());
  path.remove_suffix(parts.after.size());
  return path.find('/') == std::string_view::npos ? route.value_of(path) : std::nullopt;
}

}  // namespace

std::span<const Route> route_table() noexcept {
  return kRoutes;
}

std::optional<Match> find_route(std::string_view path, std::string_view method) {
  const Route* first = nullptr;
  std::string value_of_first;
  for (const auto& route : kRoutes) {
    auto value = match(route, path);
    if (!value) continue;
    if (includes(route.methods, method)) return Match{route, std::move(*value)};
    if (first == nullptr) {
      first = &route;
      value_of_first = std::move(*value);
    }
  }
  return first == nullptr ? std::nullopt : std::optional(Match{*first, std::move(value_of_first)});
}

std::string list_methods(std::string_view path) {
  std::string list;
  for (const auto& route : kRoutes) {
    if (!match(route, path)) continue;
    list += (list.empty() ? "" : ", ") + std::string(name_of(route.methods));
  }
  return list;
}

}  // namespace aura::http
