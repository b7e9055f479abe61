#pragma once

#include <algorithm>
#include <boost/system/error_code.hpp>
#include <chrono>

#include "aura/base/error.h"
#include "aura/fetch/limits.h"
#include "aura/fetch/url.h"
#include "failure.h"

namespace aura::fetch {

/// One request of a download, which may need several. Not thread-safe. The caller keeps what
/// `limits` and `proxy` refer to alive.
struct Hop {
  using Clock = std::chrono::steady_clock;

  Url url;
  const FetchLimits& limits;
  Clock::time_point deadline;    ///< For the whole download.
  const Proxy* proxy = nullptr;  ///< Null for a direct connection.
  Step step = Step::kResolve;    ///< The current step.

  /// Returns the time `limit` from now, or the download's deadline if that is earlier.
  Clock::time_point within(std::chrono::milliseconds limit) const {
    return std::min(deadline, Clock::now() + limit);
  }
};

/// Returns the error for `ec`, which occurred at the current step of `hop`.
JobError failure(const Hop& hop, boost::system::error_code ec);

}  // namespace aura::fetch
