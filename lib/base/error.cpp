#include "aura/base/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace aura {
namespace {

struct Owned {
  std::string_view code;
  Owner owner;
};

/// Beside these, "http_" and a status is the host's.
constexpr std::array kOwners{
    Owned{"not_audio", Owner::kFile},
    Owned{"web_page", Owner::kFile},
    Owned{"undecodable", Owner::kFile},
    Owned{"empty_file", Owner::kFile},
    Owned{"empty_body", Owner::kFile},
    Owned{"audio_too_short", Owner::kFile},
    Owned{"no_audio_stream", Owner::kFile},
    Owned{"protected", Owner::kFile},
    Owned{"not_taggable", Owner::kFile},
    Owned{"too_large", Owner::kFile},
    Owned{"audio_too_long", Owner::kFile},
    Owned{"bad_samples", Owner::kFile},
    Owned{"bad_text", Owner::kFile},
    Owned{"unreadable", Owner::kFile},
    Owned{"url_invalid", Owner::kFile},
    Owned{"url_unsupported", Owner::kFile},
    Owned{"url_forbidden", Owner::kFile},
    // A single file does that: it is tried again, and not for ever.
    Owned{"decoder_crashed", Owner::kFile},
    Owned{"decode_timeout", Owner::kFile},
    Owned{"decode_memory", Owner::kFile},
    Owned{"timed_out", Owner::kFile},
    Owned{"internal", Owner::kFile},
    Owned{"result_refused", Owner::kFile},
    Owned{"host_not_found", Owner::kHost},
    Owned{"connection_refused", Owner::kHost},
    Owned{"connect_failed", Owner::kHost},
    Owned{"connection_lost", Owner::kHost},
    Owned{"timeout", Owner::kHost},
    Owned{"tls_failed", Owner::kHost},
    Owned{"certificate_invalid", Owner::kHost},
    Owned{"proxy_failed", Owner::kHost},
    Owned{"bad_response", Owner::kHost},
    Owned{"content_encoding", Owner::kHost},
    Owned{"redirect_invalid", Owner::kHost},
    Owned{"redirect_insecure", Owner::kHost},
    Owned{"too_many_redirects", Owner::kHost},
    Owned{"no_space", Owner::kWorker},
    Owned{"read_failed", Owner::kWorker},
    Owned{"no_resources", Owner::kWorker},
    Owned{"out_of_memory", Owner::kWorker},
    Owned{"decoder_lost", Owner::kWorker},
};

}  // namespace

Owner owner_of(std::string_view code) noexcept {
  if (code.starts_with("http_")) return Owner::kHost;
  const auto* const found = std::find_if(kOwners.begin(), kOwners.end(),
                                         [&](const Owned& owned) { return owned.code == code; });
  return found == kOwners.end() ? Owner::kFile : found->owner;
}

JobError::JobError(std::string code, const std::string& message, Retry retry,
                   std::optional<std::chrono::seconds> retry_after)
    : std::runtime_error(message),
      code_(std::move(code)),
      retry_(retry),
      retry_after_(retry_after) {}

}  // namespace aura
