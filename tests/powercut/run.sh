#!/usr/bin/env bash
# Cuts the power of the log's own writer and of the native gateway: on a disk in memory that forgets what was not synced.
# Prints "ok   <what holds>" for each run as it should be; the seed repeats the moments of the cuts and what survives them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() {
  cat <<'TEXT'
usage: tests/powercut/run.sh [--cuts N] [--seed N] [--only TEXT] [GATEWAY]

  --cuts N     about so many cuts in all, controls not counted (200)
  --seed N     repeats a run; every run prints its own
  --only TEXT  only the runs whose name contains TEXT
  GATEWAY      the native binary; $EDGESTREAM_BINARY or tests/publish-native.sh when not given
TEXT
}

cuts=200
seed="${EDGESTREAM_TEST_SEED:-$((RANDOM * 32768 + RANDOM))}"
only=''
gateway="${EDGESTREAM_BINARY:-}"
while (($# > 0)); do
  case "$1" in
    --cuts) cuts="${2:?--cuts needs a number}"; shift ;;
    --seed) seed="${2:?--seed needs a number}"; shift ;;
    --only) only="${2:?--only needs a text}"; shift ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) gateway="$1" ;;
  esac
  shift
done

needed() {
  echo "The power-cut test needs $1, and no test may be left out." >&2
  exit 1
}

command -v gcc >/dev/null || needed 'a C compiler: sudo apt-get install gcc libc6-dev'
command -v fusermount3 >/dev/null || needed 'FUSE: sudo apt-get install fuse3'
pkg-config --exists fuse3 || needed "FUSE's headers: sudo apt-get install pkg-config libfuse3-dev"
command -v python3 >/dev/null || needed 'Python: sudo apt-get install python3'
if [[ ! -e /dev/fuse ]] && ! mknod -m 666 /dev/fuse c 10 229 2>/dev/null; then
  needed '/dev/fuse: in a container, start it with --device /dev/fuse --cap-add SYS_ADMIN'
fi

out=artifacts/powercut
mkdir -p "$out"
# shellcheck disable=SC2046  # pkg-config prints several words
gcc -O2 -Wall -Wextra -Werror -o "$out/volatile-disk" tests/powercut/volatile-disk.c $(pkg-config --cflags --libs fuse3)
gcc -O2 -Wall -Wextra -Werror -static -o "$out/gateway-writer" tests/powercut/gateway-writer.c
benchmarks=artifacts/net10.0/bin/EdgeStream.Benchmarks/release/EdgeStream.Benchmarks.dll
[[ -f $benchmarks ]] || dotnet build tests/EdgeStream.Benchmarks -c Release --nologo --verbosity quiet
if [[ -z $gateway ]]; then
  tests/publish-native.sh >"$out/publish-native.log"
  gateway="$(tail -n 1 "$out/publish-native.log")"
fi

export DOTNET_TieredPGO=0 DOTNET_EnableDiagnostics=0
writer="dotnet $PWD/$benchmarks cut-writer {dir}"
publisher="$PWD/$out/gateway-writer $gateway {dir}"
log="$out/errors.log"
: >"$log"
failed=0

# One run: a share of the cuts in per cent (controls: a count), what must hold, and the options of cuts.py.
run() { # name cuts command option...
  local name="$1" count="$2" command="$3"
  shift 3
  [[ -z $only || $name == *"$only"* ]] || return 0
  if tests/powercut/cuts.py --name "$name" --disk "$out/volatile-disk" --seed "$seed" --cuts "$count" --log "$log" \
    --write "$command" --verify "dotnet $PWD/$benchmarks cut-verify {dir}" "$@"; then
    echo "ok   $name"
  else
    echo "FAIL $name: repeat it with tests/powercut/run.sh --seed $seed --only '$name'"
    failed=$((failed + 1))
  fi
}

share() { echo $((cuts * $1 / 100 > 0 ? cuts * $1 / 100 : 1)); }

run 'writer: nothing acknowledged is lost' "$(share 20)" "$writer fsync"
run 'writer: nothing is lost or mixed up by torn writes' "$(share 20)" "$writer fsync" --mode subset
run 'writer: nothing is acknowledged past a dying disk' "$(share 10)" "$writer fsync" --order disk
run 'writer: a dying disk that tears loses nothing' "$(share 10)" "$writer fsync" --order disk --mode subset
run 'gateway: nothing acknowledged is lost' "$(share 15)" "$publisher fsync"
run 'gateway: nothing is lost or mixed up by torn writes' "$(share 15)" "$publisher fsync" --mode subset
run 'gateway: a dying disk that tears loses nothing' "$(share 10)" "$publisher fsync" --order disk --mode subset
run 'control: a writer that does not sync loses records' 8 "$writer os" --expect-loss
run 'control: a disk that lies about syncs loses records' 8 "$writer fsync" --mode liar --expect-loss
run 'control: a gateway that does not sync loses records' 8 "$publisher os" --expect-loss

if ((failed > 0)); then
  tail -n 40 "$log" >&2
  exit 1
fi
