#!/usr/bin/env bash
# Runs inside the sandbox, without systemd: install.sh staging below a folder, then installing for real.
set -euo pipefail

# shellcheck source=tests/deploy/sandbox.sh
. /mnt/sandbox.sh

config=/etc/edgestream/edgestream.yaml
export HOME=/root LANG=C.UTF-8 PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

staging_touches_nothing_else() {
    local file
    /mnt/install.sh --root /tmp/stage --prefix /opt/edgestream >/tmp/out
    for file in opt/edgestream/bin/edgestream etc/edgestream/edgestream.yaml etc/systemd/system/edgestream.service; do
        [ -f "/tmp/stage/$file" ] || fail "$file was not staged"
    done
    grep -q '^ExecStart=/opt/edgestream/bin/edgestream run ' /tmp/stage/etc/systemd/system/edgestream.service ||
        fail "the unit starts another binary"
    if getent passwd edgestream >/dev/null; then
        fail "staging made a user"
    fi
    [ ! -e /etc/edgestream ] || fail "staging touched /etc"
    /mnt/install.sh --root /tmp/stage --prefix /opt/edgestream --uninstall --purge >/dev/null
    [ -z "$(find /tmp/stage -type f)" ] || fail "uninstalling left $(find /tmp/stage -type f)"
    passed "staging touches nothing else and is undone"
}

installing_twice_keeps_configuration_and_data() {
    /mnt/install.sh >/tmp/out
    grep -q 'no systemd here' /tmp/out || fail "it does not say that nothing was started"
    [ "$(stat -c '%U:%G %a' $config)" = "root:edgestream 640" ] || fail "$config is $(stat -c '%U:%G %a' $config)"
    [ "$(stat -c '%U:%G %a' /var/lib/edgestream)" = "edgestream:edgestream 750" ] || fail "the state folder is open"
    echo "# edited by the owner" >>$config
    touch /var/lib/edgestream/kept
    /mnt/install.sh >/tmp/out
    tail -n 1 $config | grep -q 'edited by the owner' || fail "the owner's configuration was replaced"
    [ -e /var/lib/edgestream/kept ] || fail "data was deleted"
    edgestream validate --config $config >/dev/null || fail "the configuration is refused"
    passed "installing twice keeps configuration and data"
}

# The command that install.sh printed, word for word.
the_printed_command_starts_it() {
    local command gateway
    command=$(sed -n 's/^  \(su .*\)/\1/p' /tmp/out)
    cd /var/lib/edgestream
    setsid bash -c "$command" >/tmp/log 2>&1 &
    gateway=$!
    wait_for "a healthy gateway" edgestream check
    kill -TERM -- -$gateway
    wait $gateway || true
    passed "the printed command starts it"
}

a_binary_of_another_machine_is_refused() {
    printf '\x7fELF not really' >/tmp/other
    chmod +x /tmp/other
    if /mnt/install.sh --binary /tmp/other >/tmp/out 2>&1; then
        fail "it was installed"
    fi
    grep -q 'does not run on this machine' /tmp/out || fail "unclear refusal: $(cat /tmp/out)"
    edgestream version >/dev/null || fail "the installed binary was replaced"
    passed "a binary of another machine is refused"
}

uninstalling_keeps_and_purging_deletes() {
    /mnt/install.sh --uninstall >/dev/null
    [ ! -e /usr/local/bin/edgestream ] || fail "the binary is still there"
    [ -e /var/lib/edgestream/kept ] || fail "data was deleted"
    [ -e $config ] || fail "the configuration was deleted"
    /mnt/install.sh --uninstall --purge >/dev/null
    [ ! -e /var/lib/edgestream ] || fail "data was left"
    [ ! -e /etc/edgestream ] || fail "the configuration was left"
    passed "uninstalling keeps, purging deletes"
}

staging_touches_nothing_else
installing_twice_keeps_configuration_and_data
the_printed_command_starts_it
a_binary_of_another_machine_is_refused
uninstalling_keeps_and_purging_deletes
