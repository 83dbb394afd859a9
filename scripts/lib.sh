# Functions and variables for the other scripts here, which source this file.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
state=$root/.convene # everything that these scripts create, except target/ and what they install into the system
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

apt_update() {
    say "apt-get update"
    as_root apt-get -q update
}

# Installs Debian packages. The machine's list of packages may be missing or old: it is fetched when installing fails.
apt_install() {
    say "Installing packages: $*"
    apt_get_install "$@" || { apt_update && apt_get_install "$@"; }
}

apt_get_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends --no-upgrade \
        -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

# Makes a Python environment, and installs into it what the other arguments tell pip.
python_environment() { # DIRECTORY ARGUMENTS
    local directory=$1
    shift
    make_state
    python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
    rm -rf "$directory"
    python3 -m venv "$directory"
    "$directory/bin/pip" -q --disable-pip-version-check install "$@"
}

make_state() {
    mkdir -p "$state" 2>/dev/null || true
    [ -w "$state" ] || die "$state belongs to $(stat -c %U "$state"): run make as that user, or remove it"
}

# The pg_config of the Postgres in use, which scripts/packages chose.
pg_config() {
    [ -f "$state/pg_config" ] || die "no Postgres was chosen for this checkout yet: run make up, or scripts/packages"
    "$(cat "$state/pg_config")" "$@"
}
pg_bin() { pg_config --bindir; }
pg_major() { pg_config --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/'; }

# Sets postgres_password, service_password, jwt_secret and seal_key, which are generated once per checkout.
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

# Passwords are used in URLs, so they are hexadecimal. Keys are read as BASE64.
secret_text() {
    case "$1" in
        seal_key) base64 -w 0 ;;
        *) od -An -v -tx1 | tr -d ' \n' ;;
    esac
}

# Exports the settings with which `convene` works on the cluster `dev`.
# shellcheck disable=SC2154 # the secrets come from a file
export_convene_env() {
    local port
    load_secrets
    port=$("$root/scripts/cluster" port dev)
    export CONVENE_URL="http://${listen/#0.0.0.0:/127.0.0.1:}"
    export CONVENE_ADMIN_DATABASE_URL="postgres://postgres:$postgres_password@127.0.0.1:$port/convene"
    export CONVENE_DATABASE_URL="postgres://convene_service:$service_password@127.0.0.1:$port/convene"
    export CONVENE_LISTEN=$listen CONVENE_JWT_SECRET=$jwt_secret CONVENE_KEYS="1=$seal_key"
}

# Prints the directory that cargo builds into. The environment or a cargo configuration can change it.
target_dir() {
    (cd "$root" && cargo metadata --no-deps --format-version 1) | sed -E 's/.*"target_directory":"([^"]*)".*/\1/'
}

# Whether something listens on a TCP port of this machine.
port_is_taken() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
