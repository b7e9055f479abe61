#pragma once

#include <memory>

#include "aura/catalogue/measurement_store.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "lender.h"

namespace aura::worker {

/// A connection to the database, and what speaks over it. Not thread-safe.
struct Database {
  /// Does not connect yet.
  Database(const WorkerSettings& settings, const queue::QueueTable& table)
      : connection(settings.database.url),
        queue(connection, table),
        store(connection, settings.cache.sharing) {}

  postgres::Connection connection;
  queue::Queue queue;
  catalogue::MeasurementStore store;
};

/// The connections that jobs share.
using Databases = Lender<Database>;

}  // namespace aura::worker
