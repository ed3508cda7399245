#!/bin/sh
# Make .venv and bring it in step with requirements/development.txt; does nothing when it already is.
# Needs make and Python >= 3.11. Works as root and as a plain user, with an empty or unset HOME, under any locale.
set -eu
cd "$(dirname "$0")/.."

lock=requirements/development.txt
venv=$PWD/.venv
stamp=$venv/.stamp
key="$PWD $(cat pyproject.toml "$lock" tools/setup.sh | sha256sum)"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$key" ]; then
    exit 0
fi

say() { printf '%s\n' "setup: $*" >&2; }

# The first interpreter that is new enough; PYTHON=... overrides.
find_python() {
    for name in ${PYTHON:-python3.11 python3 python3.12 python3.13 python3.14}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

# Debian ships Python without ensurepip, which `venv` needs.
can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# As root install the Debian packages; as a plain user say the one line and stop.
need_packages() {
    if [ "$(id -u)" -ne 0 ]; then
        say "a Debian package is missing; install it and run make again:"
        say "    sudo apt-get update && sudo apt-get install -y $*"
        exit 1
    fi
    if ! command -v apt-get >/dev/null; then
        say "Python >= 3.11 with its venv module is needed; install it and run make again"
        exit 1
    fi
    say "installing $*"
    DEBIAN_FRONTEND=noninteractive apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# A checkout that was moved or copied has scripts that point elsewhere.
venv_is_sound() {
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 && grep -q "^#!.*$venv/bin/python" "$venv/bin/pip" 2>/dev/null
}

if ! venv_is_sound; then
    python=$(find_python) || { need_packages python3 python3-venv; python=$(find_python); } || {
        say "no Python >= 3.11 found; set PYTHON=/path/to/python"
        exit 1
    }
    if ! can_make_venv "$python"; then
        need_packages python3-venv
        can_make_venv "$python" || { say "$python cannot make a virtual environment; set PYTHON=..."; exit 1; }
    fi
    say "making .venv with $python"
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi

# Without a usable home the caches go into the environment.
if [ ! -w "${HOME:-/nonexistent}" ] && [ -z "${XDG_CACHE_HOME:-}" ]; then
    export UV_CACHE_DIR="${UV_CACHE_DIR:-$venv/.cache}" PIP_NO_CACHE_DIR=1
fi
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

# The system's certificates, where there are any: a company's network may put its own in between.
if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" PIP_CERT="${PIP_CERT:-/etc/ssl/certs/ca-certificates.crt}"
fi

uv() { "$venv/bin/python" -m uv "$@"; }

if ! uv --version >/dev/null 2>&1; then
    say "fetching uv"
    # Only uv's own entry of the lock, hashes included: lines up to the first that does not end in a backslash.
    awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' "$lock" >"$venv/.uv.txt"
    "$venv/bin/python" -m pip install -q --no-deps --require-hashes -r "$venv/.uv.txt"
fi

say "bringing .venv in step with $lock"
uv pip sync -q --compile-bytecode --python "$venv/bin/python" --require-hashes "$lock"
uv pip install -q --python "$venv/bin/python" --no-deps --no-build-isolation -e .
printf '%s' "$key" >"$stamp"
