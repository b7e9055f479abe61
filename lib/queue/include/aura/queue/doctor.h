#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aura/postgres/database_url.h"

namespace aura::queue {

/// How much a finding matters.
enum class Verdict {
  kFine,
  kSlower,  ///< a worker works, but slower or with less comfort
  kBroken,  ///< a worker can't work
};

/// The result of one check of a database.
struct Finding {
  std::string check;  ///< a short, stable name: "connection", "table", "rights", …
  Verdict verdict = Verdict::kFine;
  std::string found;   ///< one line
  std::string mend{};  ///< what to do; empty if all is fine
};

/// The settings of a worker that examine() tests.
struct Examined {
  postgres::DatabaseUrl url;
  postgres::DatabaseUrl direct_url;  ///< for listening and for building indexes
  std::optional<std::string> table;  ///< AURA_TABLE
  bool in_turn = false;              ///< claims go from user to user
  int connections = 0;               ///< that one worker opens
};

/// Checks everything that a worker needs from its database, and returns the findings in the order
/// of the checks. Tries a worker's writes on existing rows and undoes them, so it changes nothing.
/// Opens connections of its own. Database errors become findings; it does not throw them.
/// Thread-safe.
std::vector<Finding> examine(const Examined& examined);

}  // namespace aura::queue
