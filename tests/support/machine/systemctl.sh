#!/bin/sh
# What docs/operations.md asks of systemd, in the directory $MACHINE, with the cluster in $CLUSTER.
set -e

unit=$MACHINE/systemd/convene.service

stop() {
    [ -f "$MACHINE/pid" ] || return 0
    kill "$(cat "$MACHINE/pid")" 2>/dev/null || true
    while kill -0 "$(cat "$MACHINE/pid")" 2>/dev/null; do sleep 0.1; done
    rm -f "$MACHINE/pid"
}

# As systemd does: what the unit runs gets no environment but that of its file.
start() {
    file=$(sed -n 's/^EnvironmentFile=//p' "$unit")
    command=$(sed -n 's/^ExecStart=//p' "$unit")
    setsid env -i PATH=/usr/bin:/bin sh -c "set -a; . '$file'; exec $command" </dev/null >"$MACHINE/convene.log" 2>&1 &
    echo $! >"$MACHINE/pid"
}

postgres() {
    runuser -u postgres -- env PGPASSFILE="$CLUSTER/.pgpass" pg_ctl -s -w -D "$CLUSTER/data" -l "$CLUSTER/log" "$@" \
        </dev/null >/dev/null 2>&1
}

case "$*" in
    "restart postgresql") postgres restart -m fast ;;
    "reload postgresql") postgres reload ;;
    daemon-reload) ;;
    "enable --now convene") start ;;
    "restart convene") stop && start ;;
    "stop convene") stop ;;
    *) echo "systemctl $*: not known here" >&2 && exit 1 ;;
esac
