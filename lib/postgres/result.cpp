#include "aura/postgres/result.h"

#include <libpq-fe.h>

namespace aura::postgres {

bool Field::is_null() const noexcept {
  return PQgetisnull(result_.get(), row_, column_) != 0;
}

std::string_view Field::text() const noexcept {
  return {PQgetvalue(result_.get(), row_, column_),
          static_cast<std::size_t>(PQgetlength(result_.get(), row_, column_))};
}

Field Row::operator[](const char* name) const {
  const int column = PQfnumber(result_.get(), name);
  if (column < 0) throw std::out_of_range(std::string("a result has no column ") + name);
  return {result_, row_, column};
}

Result::Result(pg_result* result) : result_(result, &PQclear) {}

std::size_t Result::size() const noexcept {
  return result_ ? static_cast<std::size_t>(PQntuples(result_.get())) : 0;
}

std::int64_t Result::affected_rows() const {
  if (!result_) return 0;
  // PQcmdTuples() takes a result that it does not change as one that it might.
  const std::string_view count = PQcmdTuples(const_cast<pg_result*>(result_.get()));
  std::int64_t rows = 0;
  std::from_chars(count.data(), count.data() + count.size(), rows);
  return rows;
}

}  // namespace aura::postgres
