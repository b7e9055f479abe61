#pragma once

#include <boost/system/error_code.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "aura/base/error.h"
#include "aura/base/file_start.h"

namespace aura::fetch {

/// The step of a download that failed, in their order; decides what an error code means.
enum class Step { kLookUp, kConnect, kTunnel, kHandshake, kFirstByte, kTransfer };

/// Whether `ec` says that the other end has gone, or has ended its reply too soon.
bool is_closed_connection(boost::system::error_code ec);

/// What `ec`, met at `step` with `host`, means for the job. Timeouts and refused
/// certificates have their own below.
JobError network_failure(const std::string& host, Step step, boost::system::error_code ec);

/// The certificate of `host` was refused, in OpenSSL's words `why`.
JobError certificate_failure(const std::string& host, const std::string& why);

/// `what` ("did not answer") took `host` longer than `limit`. Worth a retry.
JobError timeout_failure(const std::string& host, const std::string& what,
                         std::chrono::milliseconds limit);

/// `host` answered with `status`, which brings no file: "http_404", "http_503" ...
/// `retry_after` is what the reply asked for, if anything; it counts for 429 and 503, which are not
/// the job's failure but a wait.
JobError status_failure(const std::string& host, unsigned status,
                        std::optional<std::chrono::seconds> retry_after);

/// What `host` delivered is no file but `document`.
JobError document_failure(const std::string& host, Document document);

/// The proxy would not connect us to `host`, or is not content with who we are.
JobError proxy_failure(const std::string& host, unsigned status);

}  // namespace aura::fetch
