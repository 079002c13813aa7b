#!/usr/bin/env bash
# Boots a Debian kernel with simulated sensors behind its stock drivers, runs the native gateway in that guest, and
# checks what it makes of them. Prints "ok   <what holds>" for each check; see README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

usage() {
  cat <<'TEXT'
usage: tests/sensors/run.sh [--lab FOLDER] [GATEWAY]

  --lab FOLDER  the sensor lab: a folder with vm/ and sensors/ ($EDGESTREAM_LAB)
  GATEWAY       the native binary; $EDGESTREAM_BINARY or tests/publish-native.sh when not given
TEXT
}

lab="${EDGESTREAM_LAB:-}"
gateway="${EDGESTREAM_BINARY:-}"
while (($# > 0)); do
  case "$1" in
    --lab) lab="${2:?--lab needs a folder}"; shift ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) gateway="$1" ;;
  esac
  shift
done

if [[ ! -x $lab/vm/mkinitramfs.sh || ! -x $lab/sensors/run-vm.sh ]]; then
  echo "The sensor test needs the sensor lab: name its folder with --lab or EDGESTREAM_LAB." >&2
  exit 1
fi

if [[ -z $gateway ]]; then
  mkdir -p artifacts/sensors
  tests/publish-native.sh >artifacts/sensors/publish-native.log
  gateway="$(tail -n 1 artifacts/sensors/publish-native.log)"
fi

needed() {
  echo "The sensor test needs $1." >&2
  exit 1
}

# Where the packages are missing they are installed by a root user, and named to others.
missing=()
for need in qemu-system-x86:qemu-system-x86_64 cpio:cpio kmod:depmod gcc:gcc patch:patch; do
  command -v "${need#*:}" >/dev/null || missing+=("${need%%:*}")
done
if ((${#missing[@]} > 0)); then
  [[ $(id -u) == 0 ]] || needed "these packages: sudo apt-get install --no-install-recommends ${missing[*]}"
  echo "Installing: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

out="$PWD/artifacts/sensors"
sources="$out/lab"
export LAB_WORK="$out/work"
mkdir -p "$out" "$LAB_WORK/kernel" "$LAB_WORK/guest"

# Unpacks a package of Debian without installing it.
unpack() { # package folder
  local download="$LAB_WORK/download"
  rm -rf "$download"
  mkdir -p "$download" "$2"
  (cd "$download" && apt-get download -q -o APT::Sandbox::User=root "$1" >/dev/null)
  dpkg-deb -x "$download"/*.deb "$2"
  rm -rf "$download"
}

# The kernel that Debian has now, and its static shell.
kernel="$LAB_WORK/kernel/amd64"
if [[ ! -e $kernel/vmlinuz ]]; then
  image="$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\).*/\1/p' | head -n 1)"
  unpack "$image" "$kernel"
  version="$(ls "$kernel/lib/modules")"
  depmod -b "$kernel" "$version"
  ln -s "boot/vmlinuz-$version" "$kernel/vmlinuz"
fi
[[ -x $LAB_WORK/busybox/bin/busybox ]] || unpack busybox-static "$LAB_WORK/busybox"

# The lab is copied: its simulator learns to send wrong checksums and to lose its supply.
rm -rf "$sources"
mkdir -p "$sources"
cp -r "$lab/sensors" "$lab/vm" "$sources"
chmod -R u+w "$sources"
patch --quiet --directory="$sources" --strip=1 <tests/sensors/wire-faults.patch
for program in cp2112sim gpiotool; do
  gcc -O2 -Wall -Wextra -static -o "$LAB_WORK/guest/$program" "$sources/sensors/$program.c" -lm
done
gcc -O2 -Wall -Wextra -static -o "$LAB_WORK/guest/spisim" tests/sensors/spisim.c
"$sources/vm/mkinitramfs.sh" "$LAB_WORK/sensors-amd64.cpio" "$LAB_WORK/busybox/bin/busybox" "$kernel" \
  "$sources/sensors/init-sensors" i2c-dev uhid hid-cp2112 lm75 sht3x bmp280-i2c ds2482 w1_therm cuse \
  -- "$LAB_WORK/guest/cp2112sim:/bin/cp2112sim" "$LAB_WORK/guest/gpiotool:/bin/gpiotool" \
  "$LAB_WORK/guest/spisim:/bin/spisim"

# The guest has no libraries: the binary brings its own, and those that it opens when it is started.
files=("$gateway:/bin/edgestream" "$PWD/tests/sensors/guest.sh:/guest.sh" "$PWD/tests/sensors/guest.yaml:/guest.yaml")
while read -r library; do
  files+=("$library:$library")
done < <({
  ldd "$gateway" | grep -o '/[^ ]*'
  find /usr/lib /lib -name 'libssl.so.3' -o -name 'libcrypto.so.3'
} | sort -u)

echo "gateway  $("$gateway" version | head -n 1)"
echo "kernel   $(ls "$kernel/lib/modules")"
# Waiting for what does not come, an emulated guest takes a quarter of an hour.
LAB_TIMEOUT="${LAB_TIMEOUT:-1500}" "$sources/sensors/run-vm.sh" amd64 "${files[@]}" -- sh /guest.sh
