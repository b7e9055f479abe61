#pragma once

#include "aura/analysis/space.h"
#include "aura/catalogue/settings.h"
#include "aura/postgres/database_url.h"
#include "aura/queue/doctor.h"

namespace aura::catalogue {

/// Checks whether workers can find similar hits in the catalogue of the database `url`: whether
/// they may read it, whether it fits into their memory, and whether its vectors are of the kind and
/// version of `like`. Opens a connection of its own and changes nothing. Database errors become
/// findings; it does not throw them. Thread-safe.
queue::Finding examine_catalogue(const postgres::DatabaseUrl& url,
                                 const CatalogueSettings& settings, const analysis::Space& like);

}  // namespace aura::catalogue
