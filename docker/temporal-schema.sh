#!/bin/sh
# One-shot: bring Temporal's two databases to the schema of this release; harmless when they have it.
set -eu
for database in temporal temporal_visibility; do
    folder=${database#temporal_}
    tool="temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db $database"
    $tool setup-schema -v 0.0 || true # refused when it was set up before
    $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
done
