#pragma once

#include <algorithm>
#include <boost/system/error_code.hpp>
#include <chrono>

#include "aura/base/error.h"
#include "aura/fetch/limits.h"
#include "aura/fetch/url.h"
#include "failure.h"

namespace aura::fetch {

/// One request for `url` among those that a download takes.
struct Hop {
  using Clock = std::chrono::steady_clock;

  Url url;
  const FetchLimits& limits;
  Clock::time_point deadline;  ///< Of the whole download.
  const Proxy* proxy = nullptr;
  Step step = Step::kLookUp;

  /// `limit` from now, or the download's deadline if that is sooner.
  Clock::time_point within(std::chrono::milliseconds limit) const {
    return std::min(deadline, Clock::now() + limit);
  }
};

/// What `ec`, met at the step that `hop` has come to, means for the job.
JobError failure(const Hop& hop, boost::system::error_code ec);

}  // namespace aura::fetch
