#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "aura/base/spool.h"

namespace aura::app {

// Both functions are thread-safe. They block until all has arrived, and throw JobError (no retry):
// "unreadable" if nothing can be read, "too_large" if it is longer than `max_bytes`; Stopped soon
// after `stop` is requested; what Spool::append throws.

/// Returns what standard input holds, be it a pipe or a file. Throws JobError "unreadable" also if
/// it is a terminal.
Spool read_standard_input(std::uint64_t max_bytes, const std::stop_token& stop = {});

/// Returns what the named pipe at `path` holds. Throws JobError "unreadable" also if nobody writes
/// to it, so that nobody waits for a pipe that was met by chance.
Spool read_pipe(const std::string& path, std::uint64_t max_bytes, const std::stop_token& stop = {});

}  // namespace aura::app
