#!/usr/bin/env bash
# Runs inside the sandbox, without systemd: installs the package with dpkg, starts what the installed unit's ExecStart
# says with the installed configuration as the installed user without any capability, and plays systemd's part.
set -euo pipefail

# shellcheck source=tests/deploy/inside.sh
. /mnt/inside.sh

unit=/lib/systemd/system/edgestream.service
gateway="" listener=""
start_as_the_unit_says() {
    local command
    python3 /mnt/notify_socket.py /run/notify /tmp/notified &
    listener=$!
    wait_for "the notify socket" test -S /run/notify
    read -r -a command < <(sed -n 's/^ExecStart=//p' $unit)
    cd "$(sed -n 's/^WorkingDirectory=//p' $unit)"
    NOTIFY_SOCKET=/run/notify WATCHDOG_USEC=2000000 setpriv --reuid edgestream --regid edgestream --init-groups \
        --no-new-privs --bounding-set=-all --inh-caps=-all "${command[@]}" >/tmp/log 2>&1 &
    gateway=$!
    wait_for "READY=1" grep -qx READY=1 /tmp/notified
    [ "$(ps -o user= -p $gateway)" = edgestrea+ ] || [ "$(ps -o user= -p $gateway)" = edgestream ] || fail "wrong user"
    passed "started as the installed user: $(grep -m 1 STATUS= /tmp/notified || echo READY=1)"
}

serves() {
    wait_for "a healthy gateway" answers_health
    wait_for "its own readings" takes_readings
    wait_for "WATCHDOG=1" grep -qx WATCHDOG=1 /tmp/notified
    passed "healthy, takes readings, feeds the watchdog"
}

was_ready_twice() {
    [ "$(grep -cx READY=1 /tmp/notified)" -ge 2 ]
}

reloads() {
    kill -HUP $gateway
    wait_for "RELOADING=1" grep -qx RELOADING=1 /tmp/notified
    wait_for "READY=1 again" was_ready_twice
    wait_for "a healthy gateway" answers_health
    kill -0 $gateway || fail "SIGHUP ended the gateway"
    passed "reads its configuration again"
}

stops() {
    kill -TERM $gateway
    wait $gateway || fail "ended with $? on SIGTERM"
    gateway=""
    grep -qx STOPPING=1 /tmp/notified || fail "STOPPING=1 was not sent"
    passed "stops on SIGTERM with exit code 0"
}

upgrades() {
    echo "# edited by the owner" >>$config
    touch /var/lib/edgestream/before
    dpkg --install --force-confold "$1" >/dev/null
    tail -n 1 $config | grep -q 'edited by the owner' || fail "the upgrade replaced the owner's configuration"
    [ -e /var/lib/edgestream/before ] || fail "the upgrade deleted data"
    edgestream validate --config $config >/dev/null || fail "the configuration is refused"
    passed "upgrading keeps configuration and data"
}

show_log() {
    local code=$?
    [ $code -eq 0 ] || tail -n 30 /tmp/log /tmp/notified >&2 2>/dev/null || true
    # shellcheck disable=SC2086 # neither, one or both
    kill $gateway $listener 2>/dev/null || true
    exit $code
}
trap show_log EXIT

package=$(echo /mnt/*.deb)
dpkg --install "$package" >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail "dpkg --install"; }
is_installed_properly
start_as_the_unit_says
serves
reloads
stops
upgrades "$package"
removing_keeps_and_purging_deletes
