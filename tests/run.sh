#!/usr/bin/env bash
# Runs every test of EdgeStream. The .NET 10 SDK is assumed; what else is needed is installed by name with apt-get
# when this runs as root, and named otherwise. The last line is "N passed, N failed, N skipped", summed over everything;
# the exit code is 0 only when nothing failed and nothing was skipped.
#
# Suites: every tests/*.Tests project, tests/dashboard (node --test), tests/firmware/run.sh, tests/powercut/run.sh and
# tests/deploy/*.test.sh. One runs at a time; the scripts, the dashboard and the firmware while the native binary is published.
# A script suite prints one line "ok   <what holds>" for each passed test, or sums up in a last line of the form
# "N passed, N failed, N skipped". One that shows neither, or exits non-zero without a counted failure, has one failed test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: tests/run.sh [--quick] [--no-install] [--filter TEXT]

  --quick        leave out what needs the native binary: the end-to-end, powercut and deploy suites
  --no-install   never call apt-get; say what is missing instead
  --filter TEXT  only the suites whose name contains TEXT (see the names in the table at the end)
TEXT
}

quick=false
install=true
filter=''
while (($# > 0)); do
  case "$1" in
    --quick) quick=true ;;
    --no-install) install=false ;;
    --filter) filter="${2:?--filter needs a text}"; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
export AWS_EC2_METADATA_DISABLED=true DEBIAN_FRONTEND=noninteractive
results="$PWD/artifacts/test-results"
rm -rf "$results"
mkdir -p "$results"

counts="$results/counts"
: >"$counts"
beside=''
trap '[[ -z $beside ]] || kill -- "-$beside" 2>/dev/null || true' EXIT

wanted() { [[ -z $filter || $1 == *"$filter"* ]]; }

record() { # name passed failed skipped seconds
  echo "$1 $2 $3 $4 $5" >>"$counts"
}

# Runs a command while the script goes on, as a process group of its own; what it prints is kept.
begin_beside() { # log command...
  local log="$1"
  shift
  set -m
  "$@" </dev/null >"$results/$log" 2>&1 &
  beside=$!
  set +m
}

# Waits for the command that runs beside, and prints what it has printed.
end_beside() { # log
  local status=0
  wait "$beside" || status=$?
  beside=''
  cat "$results/$1"
  return "$status"
}

# Debian packages, each with a file that shows it is there.
require_packages() {
  local package file missing=()
  local -a needs=(
    zlib1g-dev:/usr/include/zlib.h mosquitto:/usr/sbin/mosquitto mosquitto-clients:/usr/bin/mosquitto_pub socat:/usr/bin/socat
    libmosquitto-dev:/usr/include/mosquitto.h libpaho-mqtt-dev:/usr/include/MQTTClient.h python3:/usr/bin/python3
    python3-paho-mqtt:/usr/lib/python3/dist-packages/paho/mqtt/client.py
    python3-jinja2:/usr/lib/python3/dist-packages/jinja2/__init__.py
    python3-pymodbus:/usr/lib/python3/dist-packages/pymodbus/__init__.py
    python3-serial-asyncio:/usr/lib/python3/dist-packages/serial_asyncio/__init__.py chromium:/usr/bin/chromium
    radosgw:/usr/bin/radosgw ceph-mon:/usr/bin/ceph-mon ceph-mgr:/usr/bin/ceph-mgr ceph-osd:/usr/bin/ceph-osd
    dpkg-dev:/usr/bin/dpkg-shlibdeps fakeroot:/usr/bin/fakeroot shellcheck:/usr/bin/shellcheck make:/usr/bin/make
    git:/usr/bin/git curl:/usr/bin/curl lintian:/usr/bin/lintian systemd:/usr/bin/systemd-analyze
    systemd-container:/usr/bin/systemd-nspawn ceph-common:/usr/bin/ceph-conf pkg-config:/usr/bin/pkg-config
    awscli:/usr/bin/aws python3-boto3:/usr/lib/python3/dist-packages/boto3/__init__.py
    iproute2:/usr/sbin/ip nftables:/usr/sbin/nft nats-server:/usr/sbin/nats-server influxdb:/usr/bin/influxd prometheus:/usr/bin/prometheus
    victoria-metrics:/usr/bin/victoria-metrics
    postgresql-15:/usr/lib/postgresql/15/bin/postgres
    "libsqlite3-0:/usr/lib/$(uname -m)-linux-gnu/libsqlite3.so.0"
    zstd:/usr/bin/zstd fuse3:/usr/bin/fusermount3 e2fsprogs:/usr/sbin/mkfs.ext4 libfuse3-dev:/usr/include/fuse3/fuse.h
  )
  for package in "${needs[@]}"; do
    file="${package#*:}"
    [[ -e $file ]] || missing+=("${package%%:*}")
  done
  command -v clang >/dev/null || command -v gcc >/dev/null || missing+=(clang)
  command -v gcc >/dev/null || command -v cc >/dev/null || missing+=(gcc)
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  ((${#missing[@]} > 0)) || return 0

  if [[ $install == true && $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "Installing: ${missing[*]}"
    apt-get update -qq </dev/null
    apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >"$results/apt-get.log" 2>&1 \
      || { tail -40 "$results/apt-get.log" >&2; exit 1; }
  else
    echo "The tests need these Debian packages, and no test may be left out:" >&2
    echo "  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
}

build() {
  echo "Restoring in locked mode and building once (Release) ..."
  dotnet restore EdgeStream.sln --locked-mode --verbosity quiet
  dotnet build EdgeStream.sln -c Release --no-restore --nologo --verbosity quiet
}

counter() { # trx name
  grep -o '<Counters [^>]*' "$1" | head -n 1 | grep -o " $2=\"[0-9]*\"" | tr -dc 0-9
}

run_dotnet() { # project folder
  local name start trx total passed failed status=0
  name="$(basename "$1")"
  wanted "$name" || return 0
  start=$SECONDS
  trx="$results/$name.trx"
  echo "== $name"
  dotnet test "$1" -c Release --no-build --nologo --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' </dev/null || status=$?
  if [[ ! -f $trx ]]; then
    echo "$name wrote no result file." >&2
    record "$name" 0 1 0 $((SECONDS - start))
    return 0
  fi

  total="$(counter "$trx" total)"
  passed="$(counter "$trx" passed)"
  failed=$(($(counter "$trx" failed) + $(counter "$trx" error) + $(counter "$trx" timeout) + $(counter "$trx" aborted)))
  if ((failed == 0 && (status != 0 || total == 0))); then
    echo "$name ended with exit code $status after $total tests." >&2
    failed=1
    total=$((total + 1))
  fi
  record "$name" "$passed" "$failed" $((total - passed - failed)) $((SECONDS - start))
}

run_script() { # name command...
  local name="$1" start=$SECONDS status=0 line passed failed skipped
  shift
  wanted "$name" || return 0
  echo "== $name"
  "$@" </dev/null 2>&1 | tee "$results/$name.log" || status=$?
  line="$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$results/$name.log" | tail -n 1 || true)"
  line="${line:-$(grep -c '^ok ' "$results/$name.log" || true) passed, 0 failed, 0 skipped}"
  read -r passed _ failed _ skipped _ <<<"$line"
  if ((status != 0 && failed == 0)) || ((passed + failed + skipped == 0)); then
    echo "$name ended with exit code $status: $line." >&2
    failed=$((failed + 1))
  fi
  record "$name" "$passed" "$failed" "$skipped" $((SECONDS - start))
}

node_tests() {
  local status=0 out="$results/node.tap"
  node --test --test-reporter=tap "$@" >"$out" 2>&1 || status=$?
  if ((status != 0)); then
    cat "$out"
  fi
  echo "$(sed -n 's/^# pass //p' "$out" | tail -n 1) passed," \
    "$(($(sed -n 's/^# fail //p' "$out" | tail -n 1) + $(sed -n 's/^# cancelled //p' "$out" | tail -n 1))) failed," \
    "$(($(sed -n 's/^# skipped //p' "$out" | tail -n 1) + $(sed -n 's/^# todo //p' "$out" | tail -n 1))) skipped"
  return "$status"
}

scripts_are_clean() {
  local files=()
  mapfile -t files < <(find tests deploy firmware-samples .ci -type f \( -name '*.sh' -o -path '.ci/*' \) | sort)
  shellcheck -x "${files[@]}" && echo "ok   shellcheck finds nothing in ${#files[@]} scripts"
}

without_dotnet() {
  local dashboard_tests=()
  run_script scripts scripts_are_clean
  mapfile -t dashboard_tests < <(find tests/dashboard -name '*.test.mjs' -o -name '*.test.js' 2>/dev/null | sort)
  if ((${#dashboard_tests[@]} > 0)); then
    run_script dashboard node_tests "${dashboard_tests[@]}"
  fi
  if [[ -f tests/firmware/run.sh ]]; then
    run_script firmware bash tests/firmware/run.sh
  fi
}

require_packages
build
if [[ $quick == false && -z ${EDGESTREAM_BINARY:-} ]]; then
  begin_beside publish-native.log tests/publish-native.sh
  without_dotnet
  end_beside publish-native.log
  EDGESTREAM_BINARY="$(tail -n 1 "$results/publish-native.log")"
  export EDGESTREAM_BINARY
else
  without_dotnet
fi

for project in tests/*.Tests; do
  [[ $quick == true && $project == *EndToEnd* ]] || run_dotnet "$project"
done

if [[ $quick == false ]]; then
  run_script powercut tests/powercut/run.sh "$EDGESTREAM_BINARY"
  for script in tests/deploy/*.test.sh; do
    run_script "deploy-$(basename "$script" .test.sh)" bash "$script" "$EDGESTREAM_BINARY"
  done
fi

echo
passed_total=0
failed_total=0
skipped_total=0
while read -r name passed failed skipped seconds; do
  printf '%-36s %6d passed %4d failed %4d skipped %5d s\n' "$name" "$passed" "$failed" "$skipped" "$seconds"
  passed_total=$((passed_total + passed))
  failed_total=$((failed_total + failed))
  skipped_total=$((skipped_total + skipped))
done <"$counts"
echo "Took $SECONDS s."
echo "$passed_total passed, $failed_total failed, $skipped_total skipped"
((failed_total == 0 && skipped_total == 0 && passed_total > 0))
