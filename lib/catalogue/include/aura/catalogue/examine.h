#pragma once

#include <span>

#include "aura/analysis/space.h"
#include "aura/catalogue/settings.h"
#include "aura/postgres/database_url.h"
#include "aura/queue/doctor.h"

namespace aura::catalogue {

/// Checks whether workers can find similar hits in the catalogue of the database `url`: whether
/// they may read it, whether it fits into their memory, and whether its vectors are of the kinds
/// and versions of `spaces`, as CatalogueReader takes them. Opens a connection of its own and
/// changes nothing. Database errors become findings; it does not throw them. Thread-safe.
queue::Finding examine_catalogue(const postgres::DatabaseUrl& url,
                                 const CatalogueSettings& settings,
                                 std::span<const analysis::Space> spaces);

}  // namespace aura::catalogue
