#pragma once

#include <functional>
#include <string>

#include "aura/analysis/space.h"
#include "aura/catalogue/settings.h"
#include "aura/postgres/connection.h"
#include "aura/postgres/database_url.h"
#include "aura/queue/doctor.h"

namespace aura::catalogue {

// The table of placed vectors that PgvectorIndex searches, one for each kind and version of
// vectors: aura.neighbour_timbre_3. A trigger on aura.catalogue_vector keeps it. Its space is the
// catalogue's when the table was made: a later one is used from the next make_pgvector().

/// Receives what make_pgvector() has done, or warns of: one line.
using TellOperator = std::function<void(const std::string&)>;

/// Prepares the database `url` (without a pooler: DIRECT_URL) for CATALOGUE_INDEX=pgvector: makes
/// the table for vectors of the kind and version of `like`, fills it, builds its HNSW index, and
/// puts it to use. If that is done already, adds and deletes what differs. Replaces a table in
/// another space; searches use the old one meanwhile. Blocks writers of the catalogue for moments
/// only. Takes minutes for 100,000 songs. Does nothing while another process does the same. Never
/// creates the extension.
///
/// Throws ConfigError, one line, if the extension is missing or too old, DatabaseLost and
/// DatabaseError. Thread-safe.
void make_pgvector(const postgres::DatabaseUrl& url, const analysis::Space& like,
                   const TellOperator& tell);

/// Checks whether workers with CATALOGUE_INDEX=pgvector can search the database `url`: the
/// extension, its version, table, index, rights, rows and space. `like` is the shipped space. As
/// examine_catalogue(). Thread-safe.
queue::Finding examine_pgvector(const postgres::DatabaseUrl& url, const analysis::Space& like);

}  // namespace aura::catalogue
