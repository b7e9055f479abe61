#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aura/postgres/database_url.h"

namespace aura::queue {

enum class Verdict {
  kFine,
  kSlower,  ///< the worker works, but not as well as it could
  kBroken,  ///< the worker can't work like this
};

/// What one check of a database found.
struct Finding {
  std::string check;  ///< a short, stable name: "connection", "table", "rights", …
  Verdict verdict = Verdict::kFine;
  std::string found;   ///< one line
  std::string mend{};  ///< what to do about it; empty where all is fine
};

/// What a worker would go by.
struct Examined {
  postgres::DatabaseUrl url;
  postgres::DatabaseUrl direct_url;  ///< to listen and to build indexes over
  std::optional<std::string> table;
  bool in_turn = false;
  int connections = 0;  ///< that one worker holds
};

/// Looks at everything that a worker needs of its database and tries what a worker writes, on rows
/// that are there; undoes that, and so changes nothing. Throws nothing
/// that has to do with the database: what can't be checked is a finding too.
std::vector<Finding> examine(const Examined& examined);

}  // namespace aura::queue
