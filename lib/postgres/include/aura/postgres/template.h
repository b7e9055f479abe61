#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace aura::postgres {

/// Returns `sql` with every occurrence of each placeholder ("{jobs}") replaced by its text, in the
/// order of `values`: a later placeholder may stand in an earlier text. For names and types that a
/// statement can't bind; values are always bound. Thread-safe.
std::string fill_in(std::string sql,
                    std::initializer_list<std::pair<std::string_view, std::string_view>> values);

}  // namespace aura::postgres
