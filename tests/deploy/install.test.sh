#!/usr/bin/env bash
# install.sh on a machine without systemd: install.test.sh BINARY, the published linux-x64 binary. Needs root, because
# it installs for real, in a throw-away copy of this machine (see sandbox.sh).
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
deploy=$(cd -- "$here/../../deploy" && pwd)
# shellcheck source=tests/deploy/sandbox.sh
. "$here/sandbox.sh"

binary=${1:?usage: install.test.sh BINARY}
[ -x "$binary" ] || fail "no binary at $binary: publish one for linux-x64 first"
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
chmod 0755 "$work"
mkdir "$work/input" "$work/root"
cp "$binary" "$work/input/edgestream"
cp "$here/sandbox.sh" "$here/install-inside.sh" "$deploy/install.sh" "$deploy/edgestream.yaml" \
    "$deploy/edgestream.service" "$work/input/"
echo "== install.sh"
sandbox_chroot "$work/root" "$work/input" /bin/bash /mnt/install-inside.sh
echo "install.sh: passed"
