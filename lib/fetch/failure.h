#pragma once

#include <boost/system/error_code.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "aura/base/error.h"
#include "aura/base/file_start.h"

// Thread-safe.
namespace aura::fetch {

/// The steps of a request, in order. The step that failed decides what an error code means.
enum class Step { kResolve, kConnect, kTunnel, kHandshake, kFirstByte, kTransfer };

/// Returns whether `ec` means that the peer closed the connection before the end of its reply.
bool is_closed_connection(boost::system::error_code ec);

/// Returns the error for `ec`, which occurred at `step` with `host`. Timeouts and refused
/// certificates have functions of their own below.
JobError network_failure(const std::string& host, Step step, boost::system::error_code ec);

/// Returns the error for a refused certificate of `host`; `why` is OpenSSL's reason.
JobError certificate_failure(const std::string& host, const std::string& why);

/// Returns the error for a timeout: `host` `what` ("did not answer") within `limit`. Worth a retry.
JobError timeout_failure(const std::string& host, const std::string& what,
                         std::chrono::milliseconds limit);

/// Returns the error for a reply of `host` without a file: "http_404", "http_503" and so on.
/// `retry_after` is the wait that the reply asks for; only 429 and 503 use it.
JobError status_failure(const std::string& host, unsigned status,
                        std::optional<std::chrono::seconds> retry_after);

/// Returns the error for a reply of `host` that is a `document`, not a track.
JobError document_failure(const std::string& host, Document document);

/// Returns the error for a proxy that answered a request for `host` with `status`.
JobError proxy_failure(const std::string& host, unsigned status);

}  // namespace aura::fetch
