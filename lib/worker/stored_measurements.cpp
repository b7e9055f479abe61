#include "stored_measurements.h"

#include <exception>

#include "aura/base/error.h"

namespace aura::worker {

using catalogue::Sharing;

StoredMeasurements::StoredMeasurements(const WorkerSettings& settings, Databases& databases,
                                       metrics::Instruments& instruments, const Log& log)
    : settings_(settings),
      databases_(databases),
      instruments_(instruments),
      reading_(log),
      writing_(log) {}

std::optional<catalogue::StoredParts> StoredMeasurements::find(const Sha256& content,
                                                               const queue::Job& job,
                                                               const std::stop_token& stop) {
  const auto sharing = settings_.cache.sharing;
  if (sharing == Sharing::kOff || (sharing == Sharing::kUser && !job.user_id)) return std::nullopt;
  const auto database = databases_.take(stop);
  try {
    auto found = database->store.find(content, job.user_id);
    const Lock lock(mutex_);
    reading_.over();
    if (settings_.cache.limits.picture_retention_days == 0) found.parts.pictures.emplace();
    return found;
  } catch (const std::exception& error) {
    instruments_.count_cache_failure();
    const Lock lock(mutex_);
    reading_.failed("stored measurements can't be read: tracks are measured again", error.what());
    return std::nullopt;
  }
}

template <typename Store>
void StoredMeasurements::write(Store store, const std::stop_token& stop) noexcept {
  try {
    store(databases_.take(stop)->store);
    const Lock lock(mutex_);
    writing_.over();
  } catch (const Stopped&) {
    // Nothing is lost but the work of a later job.
  } catch (const std::exception& error) {
    instruments_.count_cache_failure();
    const Lock lock(mutex_);
    writing_.failed("measurements can't be stored: jobs complete all the same", error.what());
  }
}

void StoredMeasurements::store(const catalogue::StoredParts& found,
                               const analysis::Measurements& measured, std::int64_t run_id,
                               const std::stop_token& stop) noexcept {
  write([&](catalogue::MeasurementStore& store) { store.store(found, measured, run_id); }, stop);
}

void StoredMeasurements::store_reference(const catalogue::StoredParts& found,
                                         const analysis::Measurements& measured,
                                         std::int64_t run_id,
                                         const std::stop_token& stop) noexcept {
  write([&](catalogue::MeasurementStore& store) { store.store_reference(found, measured, run_id); },
        stop);
}

bool StoredMeasurements::is_refused() const {
  const Lock lock(mutex_);
  return writing_.is_on();
}

}  // namespace aura::worker
