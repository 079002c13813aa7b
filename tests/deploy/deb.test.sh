#!/usr/bin/env bash
# The package from its layout to its purge: deb.test.sh BINARY, the published linux-x64 binary. Needs root, because it
# installs packages for real, in a throw-away copy of this machine (see sandbox.sh); python3 and curl, and for the part
# under systemd the Debian packages systemd and systemd-container.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
deploy=$(cd -- "$here/../../deploy" && pwd)
# shellcheck source=tests/deploy/sandbox.sh
. "$here/sandbox.sh"

binary=${1:?usage: deb.test.sh BINARY}
[ -x "$binary" ] || fail "no binary at $binary: publish one for linux-x64 first"
binary=$(realpath -- "$binary")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
chmod 0755 "$work"

prepare_input() {
    mkdir -p "$work/$1/input" "$work/$1/root"
    cp "$here"/*.sh "$here"/*.py "$deploy/edgestream.yaml" "$work/$1/input/"
    "$deploy/build-deb.sh" --binary "$binary" --arch amd64 --output "$work/$1/input" >/dev/null
}

echo "== layout"
mkdir "$work/layout"
"$here/layout.sh" "$binary" "$work/layout"

echo "== life cycle without systemd"
prepare_input lifecycle
sandbox_chroot "$work/lifecycle/root" "$work/lifecycle/input" /bin/bash /mnt/lifecycle.sh

echo "== under systemd"
if command -v systemd-nspawn >/dev/null && [ -x /lib/systemd/systemd ]; then
    prepare_input service
    code=0
    sandbox_boot "$work/service/root" "$work/service/input" service.sh >"$work/boot.log" 2>&1 || code=$?
    cat "$work/service/input/output" 2>/dev/null || cat "$work/boot.log"
    [ $code -eq 0 ] || fail "under systemd (exit code $code)"
else
    echo "     (systemd-nspawn is not here: what systemd does with the unit was not tested)"
fi
echo "package: passed"
