#!/usr/bin/env bash
# Makes edgestream_<version>_<architecture>.deb from a published native binary, with dpkg-deb alone. The maintainer
# scripts are in debian/; the architecture comes from the binary's ELF header and must agree with --arch if given.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
binary="" architecture="" version="" output=. config="$here/edgestream.yaml"

usage() {
    cat <<'USAGE'
Usage: build-deb.sh --binary FILE [--arch amd64|arm64|armhf] [--version V] [--config FILE] [--output DIR]

  --binary FILE   the published edgestream binary
  --arch ARCH     refuse the binary unless it is for this Debian architecture
  --version V     package version (default: <Version> of Directory.Build.props)
  --config FILE   the configuration to ship (default: edgestream.yaml beside this script)
  --output DIR    where the package goes (default: the current folder)
USAGE
}

fail() {
    printf 'build-deb.sh: %s\n' "$1" >&2
    exit 1
}

parse_arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
            -h | --help) usage; exit 0 ;;
            --binary | --arch | --version | --config | --output) [ $# -ge 2 ] || fail "$1 needs a value" ;;
            *) usage >&2; fail "unknown option $1" ;;
        esac
        case $1 in
            --binary) binary=$2 ;;
            --arch) architecture=$2 ;;
            --version) version=$2 ;;
            --config) config=$2 ;;
            --output) output=$2 ;;
        esac
        shift 2
    done
    [ -n "$binary" ] || { usage >&2; fail "--binary is required"; }
    [ -f "$binary" ] || fail "no binary at $binary"
    [ -f "$config" ] || fail "no configuration at $config"
    [ -n "$version" ] || version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' "$here/../Directory.Build.props")
    [ -n "$version" ] || fail "no version: pass --version"
}

# ELF header: magic at 0, class (1: 32, 2: 64 bit) at 4, byte order (1: little) at 5, e_machine at 18 (2 bytes).
architecture_of() {
    local bytes
    read -r -a bytes < <(od -An -v -tu1 -N20 "$1" | tr '\n' ' ' && echo)
    if [ "${#bytes[@]}" -ne 20 ] || [ "${bytes[*]:0:4}" != "127 69 76 70" ]; then
        fail "$1 is not an ELF binary"
    fi
    case "${bytes[4]} ${bytes[5]} ${bytes[18]} ${bytes[19]}" in
        "2 1 62 0") echo amd64 ;;
        "2 1 183 0") echo arm64 ;;
        "1 1 40 0") echo armhf ;;
        *) fail "$1 is for a processor that has no package (class, order, machine: ${bytes[4]} ${bytes[5]} ${bytes[18]})" ;;
    esac
}

# What the binary links against, as Debian packages; an unknown library stops the build rather than the board.
dependencies_of() {
    local library glibc result=""
    glibc=$(LC_ALL=C readelf -V "$1" 2>/dev/null | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//; s/\.$//' | sort -Vu | tail -n 1 || true)
    result="libc6${glibc:+ (>= $glibc)}"
    while read -r library; do
        case $library in
            libc.so.6 | libm.so.6 | libdl.so.2 | libpthread.so.0 | librt.so.1 | ld-linux*) ;;
            libgcc_s.so.1) result="$result, libgcc-s1" ;;
            libstdc++.so.6) result="$result, libstdc++6" ;;
            libz.so.1) result="$result, zlib1g" ;;
            libssl.so.3) result="$result, libssl3t64 | libssl3" ;;
            libcrypto.so.3) ;;
            *) fail "$1 needs $library; add its Debian package to dependencies_of" ;;
        esac
    done < <(LC_ALL=C readelf -d "$1" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    echo "$result"
}

lay_out() {
    local tree=$1 changed
    install -D -m 0755 "$binary" "$tree/usr/bin/edgestream"
    install -D -m 0644 "$here/edgestream.service" "$tree/lib/systemd/system/edgestream.service"
    install -D -m 0640 "$config" "$tree/etc/edgestream/edgestream.yaml"
    install -d -m 0755 "$tree/usr/share/doc/edgestream"
    {
        echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
        echo "Upstream-Name: EdgeStream"
        echo
        echo "Files: *"
        sed -n 's/^Copyright (c) \(.*\)/Copyright: \1/p' "$here/../LICENSE"
        echo "License: Expat"
        sed -n '/^Permission/,$p' "$here/../LICENSE" | sed 's/^$/./; s/^/ /'
    } >"$tree/usr/share/doc/edgestream/copyright"
    changed=$(date -u -d "@$SOURCE_DATE_EPOCH" -R)
    printf 'edgestream (%s) unstable; urgency=medium\n\n  * Release %s.\n\n -- %s  %s\n' \
        "$version" "$version" "$maintainer" "$changed" | gzip -9n >"$tree/usr/share/doc/edgestream/changelog.gz"
    find "$tree" -type d -exec chmod 0755 {} +
    chmod 0644 "$tree/usr/share/doc/edgestream/"*
}

write_control() {
    local tree=$1 script
    install -d -m 0755 "$tree/DEBIAN"
    cat >"$tree/DEBIAN/control" <<CONTROL
Package: edgestream
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$tree" | cut -f1)
Depends: $(dependencies_of "$binary"), adduser
Recommends: libssl3t64 | libssl3, ca-certificates
Section: net
Priority: optional
Description: offline-first telemetry gateway for small machines
 EdgeStream takes readings from MQTT devices and the board's own sensors,
 keeps them in durable streams on disk, evaluates rules on them and delivers
 them to a folder or an S3-compatible server, however long the network is away.
CONTROL
    echo /etc/edgestream/edgestream.yaml >"$tree/DEBIAN/conffiles"
    for script in postinst prerm postrm; do
        install -m 0755 "$here/debian/$script" "$tree/DEBIAN/$script"
    done
    (cd "$tree" && find usr lib -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
    chmod 0644 "$tree/DEBIAN/control" "$tree/DEBIAN/conffiles" "$tree/DEBIAN/md5sums"
}

maintainer="The EdgeStream authors <edgestream@localhost>"
parse_arguments "$@"
actual=$(architecture_of "$binary")
[ -z "$architecture" ] || [ "$architecture" = "$actual" ] || fail "$binary is for $actual, not $architecture"
architecture=$actual

# The same input gives the same package: one time stamp for everything, the last commit's unless told otherwise.
: "${SOURCE_DATE_EPOCH:=$(git -C "$here" log -1 --format=%ct 2>/dev/null || stat -c %Y "$binary")}"
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
umask 022
lay_out "$work/tree"
write_control "$work/tree"
mkdir -p -- "$output"
package=$output/edgestream_${version}_${architecture}.deb
dpkg-deb --root-owner-group -Zxz --build "$work/tree" "$package" >/dev/null
echo "$package"
