#!/usr/bin/env bash
# Runs inside the sandbox, booted with the real systemd: installing the package starts the service, with everything the
# unit closes really closed.
set -euo pipefail

# shellcheck source=tests/deploy/inside.sh
. /mnt/inside.sh

property() {
    systemctl show --property "$1" --value edgestream.service
}

was_restarted() {
    [ "$(property NRestarts)" -ge "$1" ] && [ "$(property ActiveState)" = active ]
}

installing_starts_the_service() {
    dpkg --install "$(echo /mnt/*.deb)" || fail "dpkg --install"
    wait_for "the service" systemctl is-active edgestream.service
    is_installed_properly
    wait_for "a healthy gateway" answers_health
    wait_for "its own readings" takes_readings
    passed "installing starts the service: $(property StatusText)"
}

# What /proc says about the process: no capability, no new privileges, system calls filtered, other files read-only.
the_service_is_confined() {
    local process status key
    process=$(property MainPID)
    status=$(cat "/proc/$process/status")
    for key in "CapEff:[[:space:]]*0*" "CapBnd:[[:space:]]*0*" "NoNewPrivs:[[:space:]]*1" "Seccomp:[[:space:]]*2"; do
        grep -qx "$key" <<<"$status" || fail "expected $key of the running service"
    done
    awk '$5 == "/" { print $6 }' "/proc/$process/mountinfo" | tail -n 1 | grep -q '^ro' || fail "/ is writable for it"
    awk '$5 == "/var/lib/edgestream" { print $6 }' "/proc/$process/mountinfo" | grep -q '^rw' || fail "its state is not"
    nsenter --mount --target "$process" -- setpriv --reuid edgestream --regid edgestream --clear-groups \
        sh -c 'ls /sys/class/thermal /sys/class/hwmon; cat /sys/class/thermal/*/temp /sys/class/hwmon/*/temp*_input' \
        >/dev/null 2>/tmp/sensors || ! grep -q 'Permission denied' /tmp/sensors || fail "sensors can't be read"
    passed "the service is confined and sees the sensors of /sys"
}

reloading_keeps_the_process() {
    local process
    process=$(property MainPID)
    systemctl reload edgestream.service
    wait_for "a healthy gateway" answers_health
    [ "$(property MainPID)" = "$process" ] || fail "reloading replaced the process"
    passed "reloading keeps the process"
}

a_killed_gateway_comes_back() {
    systemctl kill --signal=KILL edgestream.service
    wait_for "the restart" was_restarted 1
    wait_for "a healthy gateway" answers_health
    passed "a killed gateway comes back"
}

a_hanging_gateway_is_replaced() {
    mkdir -p /etc/systemd/system/edgestream.service.d
    printf '[Service]\nWatchdogSec=3\n' >/etc/systemd/system/edgestream.service.d/test.conf
    systemctl daemon-reload
    systemctl restart edgestream.service
    kill -STOP "$(property MainPID)"
    wait_for "the watchdog" was_restarted 1
    wait_for "a healthy gateway" answers_health
    passed "a hanging gateway is replaced by the watchdog"
}

stopping_is_clean() {
    systemctl stop edgestream.service
    [ "$(property Result)" = success ] || fail "stopping ended with $(property Result)"
    systemctl start edgestream.service
    passed "stopping is clean"
}

show_journal() {
    local code=$?
    [ $code -eq 0 ] || journalctl --no-pager --lines 60 --unit edgestream.service || true
    exit $code
}
trap show_journal EXIT

installing_starts_the_service
the_service_is_confined
reloading_keeps_the_process
a_killed_gateway_comes_back
a_hanging_gateway_is_replaced
stopping_is_clean
removing_keeps_and_purging_deletes
! systemctl is-active --quiet edgestream.service || fail "purging left the service running"
passed "purging ends the service"
