# shellcheck shell=bash disable=SC2016 # the quoted scripts run in another shell, with arguments of their own
# Sourced by the tests of this folder: a throw-away copy of this machine's file system, so that real packages are
# installed with the real dpkg and real users are made, and nothing of it stays. An overlay of / whose changes live in
# memory, in mount, network and process namespaces of its own. Needs root.

fail() {
    printf 'FAIL %s\n' "$1" >&2
    exit 1
}

passed() {
    printf 'ok   %s\n' "$1"
}

# Polls a condition for at most 30 seconds.
wait_for() {
    local what=$1 deadline=$((SECONDS + 30))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || fail "waited 30 s for $what"
        sleep 0.1
    done
}

# sandbox_with ROOT COMMAND...: runs the command in fresh mount, network and process namespaces, with the overlay at
# $ROOT/merged. The command is a function of the calling script, in a new shell that has sourced that script's files.
sandbox_with() {
    local root=$1
    shift
    [ "$(id -u)" -eq 0 ] || fail "this test makes mount namespaces and users: run it as root"
    unshare --mount --net --pid --fork --kill-child -- bash -euo pipefail -c '
        root=$1; shift
        mount --make-rprivate /
        mount -t proc proc /proc
        mount -t tmpfs -o mode=0755 sandbox "$root"
        mkdir -p "$root/upper" "$root/work" "$root/merged"
        mount -t overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" sandbox "$root/merged"
        # Another machine: its own identity, no service manager yet, and starting services is allowed.
        rm -f "$root/merged/usr/sbin/policy-rc.d"
        : >"$root/merged/etc/machine-id"
        ip link set lo up
        "$@"' sandbox "$root" "$@"
}

# sandbox_chroot ROOT INPUT COMMAND...: the command in the sandbox, without systemd; INPUT is the folder /mnt there.
sandbox_chroot() {
    local root=$1 input=$2
    shift 2
    sandbox_with "$root" bash -euo pipefail -c '
        merged=$1 input=$2; shift 2
        mount --bind "$input" "$merged/mnt"
        mount -t proc proc "$merged/proc"
        mount --rbind /sys "$merged/sys"
        mount --rbind /dev "$merged/dev"
        mount -t tmpfs -o mode=0755 run "$merged/run"
        mount -t tmpfs -o mode=1777 tmp "$merged/tmp"
        exec chroot "$merged" "$@"' chroot "$root/merged" "$input" "$@"
}

# sandbox_boot ROOT INPUT COMMAND: boots the sandbox with the real systemd in a container and runs the command, a file
# below INPUT, which is /mnt there. Its output goes to INPUT/output, its exit code is this function's.
sandbox_boot() {
    local root=$1 input=$2 command=$3
    sandbox_with "$root" bash -euo pipefail -c '
        merged=$1/merged input=$2 command=$3
        cat >"$merged/etc/systemd/system/sandbox-test.service" <<UNIT
[Unit]
Requires=sysinit.target
After=sysinit.target
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/bash -c "cd / && /mnt/$command >/mnt/output 2>&1; systemctl exit \$\$?"
UNIT
        # What this machine has installed is not to be started.
        rm -rf "$merged/etc/systemd/system/"*.wants
        exec timeout --kill-after=10 300 systemd-nspawn --quiet --directory="$merged" --bind="$input:/mnt" --boot \
            --register=no --keep-unit --private-network --link-journal=no --console=pipe --machine=sandbox \
            systemd.unit=sandbox-test.service' boot "$root" "$input" "$command" </dev/null
}
