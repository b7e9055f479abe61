#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace aura::postgres {

/// Returns `sql` with each placeholder of `values` ("{jobs}") replaced by its text, everywhere.
/// Replaces in the order of `values`, so an earlier text may contain a later placeholder. For names
/// and types, which a statement can't bind; values are always bound. Thread-safe.
std::string fill_in(std::string sql,
                    std::initializer_list<std::pair<std::string_view, std::string_view>> values);

}  // namespace aura::postgres
