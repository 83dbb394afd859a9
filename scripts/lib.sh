# Shared by the scripts beside it: sourced, never run.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
state=$root/.convene # all that these scripts make, except target/ and what apt and `install` put into the system
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
export PGRX_HOME=$state/pgrx
listen=${CONVENE_LISTEN:-127.0.0.1:8080}

say() { printf '==> %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Runs a command as root: directly, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root, and there is no sudo: $*"
    fi
}

make_state() {
    mkdir -p "$state" 2>/dev/null || true
    [ -w "$state" ] || die "$state belongs to $(stat -c %U "$state"): run make as that user, or remove it"
}

# The Postgres in use: scripts/packages chose it and wrote down its pg_config.
pg_config() {
    [ -f "$state/pg_config" ] || die "no Postgres was chosen for this checkout yet: run make up, or scripts/packages"
    "$(cat "$state/pg_config")" "$@"
}
pg_bin() { pg_config --bindir; }
pg_major() { pg_config --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/'; }

# Passwords and keys, made once per checkout: postgres_password, service_password, jwt_secret, seal_key.
load_secrets() {
    make_state
    local name
    for name in postgres_password service_password jwt_secret seal_key; do
        grep -qs "^$name=" "$state/secrets" || (
            umask 077
            printf '%s=%s\n' "$name" "$(head -c 32 /dev/urandom | secret_text "$name")" >>"$state/secrets"
        )
    done
    # shellcheck source=/dev/null
    . "$state/secrets"
}

# Passwords go into URLs; keys are read as BASE64.
secret_text() {
    case "$1" in
        seal_key) base64 -w 0 ;;
        *) od -An -v -tx1 | tr -d ' \n' ;;
    esac
}

# Exports what `convene` needs to work on the cluster `dev`.
export_convene_env() {
    local port
    load_secrets
    port=$("$root/scripts/cluster" port dev)
    export CONVENE_URL="http://${listen/#0.0.0.0:/127.0.0.1:}"
    export CONVENE_ADMIN_DATABASE_URL="postgres://postgres:$postgres_password@127.0.0.1:$port/convene"
    export CONVENE_DATABASE_URL="postgres://convene_service:$service_password@127.0.0.1:$port/convene"
    export CONVENE_LISTEN=$listen CONVENE_JWT_SECRET=$jwt_secret CONVENE_KEYS="1=$seal_key"
}

# The directory that cargo builds into, wherever the environment or a cargo configuration put it.
target_dir() {
    (cd "$root" && cargo metadata --no-deps --format-version 1) | sed -E 's/.*"target_directory":"([^"]*)".*/\1/'
}

# Whether something listens on a TCP port of this machine.
port_is_taken() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
