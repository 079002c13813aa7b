#!/usr/bin/env bash
# Sourced by what runs inside the sandbox: checks that hold for an installed package, with and without systemd.
# shellcheck source=tests/deploy/sandbox.sh
. /mnt/sandbox.sh

config=/etc/edgestream/edgestream.yaml
export HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin

is_installed_properly() {
    [ "$(stat -c '%U:%G %a' $config)" = "root:edgestream 640" ] || fail "$config is $(stat -c '%U:%G %a' $config)"
    [ "$(stat -c '%U:%G %a' /var/lib/edgestream)" = "edgestream:edgestream 750" ] || fail "the state folder is open"
    [ "$(getent passwd edgestream | cut -d: -f6,7)" = "/var/lib/edgestream:/usr/sbin/nologin" ] || fail "the user"
    [ -e /etc/systemd/system/multi-user.target.wants/edgestream.service ] || fail "the service is not enabled"
    cmp $config /mnt/edgestream.yaml || fail "the configuration is not the shipped one"
    [ -z "$(dpkg --verify edgestream)" ] || fail "dpkg finds changed files"
    passed "installed: user, folders, configuration, unit"
}

answers_health() {
    edgestream check
}

# A number of this machine among the readings shows that /proc is readable where the gateway runs.
takes_readings() {
    curl --silent --fail http://127.0.0.1:8080/api/devices | grep -q '"cpu_load_percent":[0-9]'
}

removing_keeps_and_purging_deletes() {
    touch /var/lib/edgestream/kept
    dpkg --remove edgestream >/dev/null
    [ ! -e /usr/bin/edgestream ] || fail "the binary is still there"
    [ -e /var/lib/edgestream/kept ] || fail "removing deleted data"
    [ -e $config ] || fail "removing deleted the configuration"
    passed "removing keeps configuration and data"
    dpkg --purge edgestream >/dev/null
    [ ! -e /var/lib/edgestream ] || fail "purging left data"
    [ ! -e /etc/edgestream ] || fail "purging left the configuration"
    [ ! -e /lib/systemd/system/edgestream.service ] || fail "purging left the unit"
    [ ! -e /etc/systemd/system/multi-user.target.wants/edgestream.service ] || fail "purging left the enabled service"
    passed "purging deletes both"
}
