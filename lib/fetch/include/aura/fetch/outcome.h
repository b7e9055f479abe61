#pragma once

#include <exception>
#include <functional>
#include <variant>

#include "aura/base/sha256.h"
#include "aura/base/spool.h"

namespace aura::fetch {

/// A file that has wholly arrived.
struct Download {
  Spool file;
  Sha256 sha256{};         ///< Of the bytes of `file`, computed while they arrived.
  bool is_shared = false;  ///< True for all but one of the calls that shared a download.
};

/// The download, or the exception that ended it.
using Outcome = std::variant<Download, std::exception_ptr>;

/// Receives the outcome of one download.
using Done = std::function<void(Outcome)>;

}  // namespace aura::fetch
