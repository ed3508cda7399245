#!/bin/sh
# Runs once, when the PostgreSQL container makes its cluster: the roles and databases that the embedded server makes by itself.
# No role but the container's own is a superuser: a superuser ignores row-level security.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" -v ro="$RO_PASSWORD" -v temporal="$TEMPORAL_PASSWORD" <<'SQL'
CREATE ROLE whistle_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE whistle_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app';
CREATE ROLE whistle_ro LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'ro';
ALTER ROLE whistle_ro SET default_transaction_read_only = on;
CREATE DATABASE whistle OWNER whistle_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin LOCALE 'C.UTF-8';
CREATE ROLE temporal LOGIN NOSUPERUSER PASSWORD :'temporal';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
\connect whistle
CREATE EXTENSION pg_stat_statements;
SQL
