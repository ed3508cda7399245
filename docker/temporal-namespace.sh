#!/bin/sh
# One-shot: the namespace with 90 days of retention (no case id is forgotten while it can be disputed) and our search attributes.
set -eu
temporal operator namespace describe -n default >/dev/null 2>&1 || temporal operator namespace create -n default
temporal operator namespace update -n default --retention 2160h
for name in CaseDistrict CaseKind CasePhase; do
    temporal operator search-attribute list | grep -q "$name" \
        || temporal operator search-attribute create --name "$name" --type Keyword
done
