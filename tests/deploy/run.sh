#!/usr/bin/env bash
# All tests of deploy/: run.sh [BINARY]. Without a binary it takes the published one of artifacts/.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
binary=${1:-}
if [ -z "$binary" ]; then
    for binary in "$here"/../../artifacts/*-aot/publish/EdgeStream.Gateway/release_linux-x64/edgestream; do
        [ ! -x "$binary" ] || break
    done
fi
if command -v shellcheck >/dev/null; then
    (cd "$here/../.." && shellcheck -x deploy/*.sh deploy/debian/* tests/deploy/*.sh tests/firmware/*.sh)
    echo "ok   shellcheck finds nothing"
fi
"$here/install.test.sh" "$binary"
"$here/deb.test.sh" "$binary"
