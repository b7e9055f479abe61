#include "lookahead.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace aura::worker {

void Lookahead::Mean::add(double value) {
  value_ = std::exchange(any_, true) ? value_ + (value - value_) / 5 : value;
}

void Lookahead::note_download(std::chrono::duration<double> took) {
  const Lock lock(mutex_);
  download_s_.add(took.count());
}

void Lookahead::note_claim(std::chrono::duration<double> took) {
  const Lock lock(mutex_);
  claim_s_.add(took.count());
}

void Lookahead::note_database(std::chrono::duration<double> took) {
  const Lock lock(mutex_);
  database_s_.add(took.count());
}

void Lookahead::note_work(std::chrono::duration<double> took) {
  const Lock lock(mutex_);
  work_s_.add(took.count());
}

int Lookahead::jobs() const {
  const Lock lock(mutex_);
  if (work_s_.value() <= 0) return std::min(threads_, most_);  // nothing known yet
  const double around_s = claim_s_.value() + download_s_.value() + database_s_.value();
  const double arriving = std::ceil(threads_ * around_s / work_s_.value());
  return static_cast<int>(std::min(arriving + 1, static_cast<double>(most_)));
}

}  // namespace aura::worker
