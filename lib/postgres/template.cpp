#include "aura/postgres/template.h"

namespace aura::postgres {

std::string fill_in(std::string sql,
                    std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  for (const auto& [name, value] : values) {
    for (auto at = sql.find(name); at != std::string::npos;
         at = sql.find(name, at + value.size())) {
      sql.replace(at, name.size(), value);
    }
  }
  return sql;
}

}  // namespace aura::postgres
