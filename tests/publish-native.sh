#!/usr/bin/env bash
# Publishes the gateway once as a native binary into artifacts/native/ and prints the binary's path as the last line.
#
# The shipped target is net10.0. Where its Native AOT packages do not restore, the same tree is published as net9.0, and
# that is said aloud. Any trim or AOT warning (IL....) fails the publish. The log stays in artifacts/native/publish.log.
# A binary whose inputs have not changed is kept; --force publishes anyway.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

force=false
case "${1:-}" in
  '') ;;
  --force) force=true ;;
  *) echo "usage: tests/publish-native.sh [--force]" >&2; exit 2 ;;
esac

case "$(uname -m)" in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  armv7l) rid=linux-arm ;;
  *) echo "publish-native.sh: no runtime identifier is known for $(uname -m)" >&2; exit 1 ;;
esac

out=artifacts/native
mkdir -p "$out"
exec 9>artifacts/native.lock
flock 9

inputs="$({ find src -type f -print0; find deploy -name '*.targets' -type f -print0
  find Directory.*.props global.json -type f -print0; } | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)"
if [[ $force == false && -x $out/edgestream && -f $out/inputs.sha256 && "$(cat "$out/inputs.sha256")" == "$inputs" ]]; then
  echo "The native binary is up to date."
  echo "$PWD/$out/edgestream"
  exit 0
fi

publish() { # framework
  rm -rf "$out"
  mkdir -p "$out"
  {
    echo "# dotnet publish, $1, $rid"
    dotnet publish src/EdgeStream.Gateway -c Release -r "$rid" \
      -p:EdgeStreamTfm="$1" -p:EdgeStreamAot=true -o "$out" --nologo
  } >"artifacts/publish-$1.log" 2>&1
}

echo "Publishing the native binary for $rid (net10.0) ..."
framework=net10.0
if ! publish net10.0; then
  if [[ $rid == linux-x64 ]] && grep -Eq 'NU1101|NU1102|NU1103' artifacts/publish-net10.0.log; then
    echo "net10.0 Native AOT packages do not restore here; publishing the same tree as net9.0 instead."
    framework=net9.0
    publish net9.0 || { cat artifacts/publish-net9.0.log >&2; exit 1; }
  else
    cat artifacts/publish-net10.0.log >&2
    exit 1
  fi
fi

mv "artifacts/publish-$framework.log" "$out/publish.log"
warnings="$(grep -Eo '(warning|error) IL[0-9]{4}.*' "$out/publish.log" | sort -u || true)"
if [[ -n $warnings ]]; then
  echo "The publish has trim or AOT warnings:" >&2
  echo "$warnings" >&2
  exit 1
fi

[[ -x $out/edgestream ]] || { echo "publish-native.sh: $out/edgestream was not made" >&2; exit 1; }
echo "$framework $rid" >"$out/framework"
echo "$inputs" >"$out/inputs.sha256"
echo "Published $(stat -c %s "$out/edgestream") bytes ($framework, $rid), no trim or AOT warning."
echo "$PWD/$out/edgestream"
