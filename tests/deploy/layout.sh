#!/usr/bin/env bash
# What a package looks like from outside, for each architecture. The arm64 and armhf packages are built from stand-ins:
# an ELF header of that machine followed by nothing. That proves that the header decides the package's architecture,
# that the layout is the same for all three, and that a binary of another machine is refused. It does not prove that
# anything runs on such a machine. The amd64 package is built from the real binary.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
deploy=$(cd -- "$here/../../deploy" && pwd)
# shellcheck source=tests/deploy/sandbox.sh
. "$here/sandbox.sh"

binary=$1 work=$2

# Class (1: 32, 2: 64 bit) and machine of the ELF header; everything else as for a little-endian executable.
stand_in() {
    printf '%b' "\\x7fELF\\x0$1\\x01\\x01" '\0\0\0\0\0\0\0\0\0' '\x02\0' "\\x$2\\0" '\x01\0\0\0'
    head -c 64 /dev/zero
}

expected_contents() {
    cat <<'LIST'
drwxr-xr-x root/root ./
drwxr-xr-x root/root ./etc/
drwxr-xr-x root/root ./etc/edgestream/
-rw-r----- root/root ./etc/edgestream/edgestream.yaml
drwxr-xr-x root/root ./lib/
drwxr-xr-x root/root ./lib/systemd/
drwxr-xr-x root/root ./lib/systemd/system/
-rw-r--r-- root/root ./lib/systemd/system/edgestream.service
drwxr-xr-x root/root ./usr/
drwxr-xr-x root/root ./usr/bin/
-rwxr-xr-x root/root ./usr/bin/edgestream
drwxr-xr-x root/root ./usr/share/
drwxr-xr-x root/root ./usr/share/doc/
drwxr-xr-x root/root ./usr/share/doc/edgestream/
-rw-r--r-- root/root ./usr/share/doc/edgestream/changelog.gz
-rw-r--r-- root/root ./usr/share/doc/edgestream/copyright
LIST
}

each_architecture_has_the_same_layout() {
    local architecture package field
    for architecture in amd64 arm64 armhf; do
        package=$("$deploy/build-deb.sh" --binary "$work/$architecture.elf" --arch "$architecture" \
            --version 1.2.3 --output "$work")
        [ "$package" = "$work/edgestream_1.2.3_$architecture.deb" ] || fail "unexpected package name $package"
        dpkg-deb --contents "$package" | awk '{ print $1, $2, $6 }' >"$work/contents"
        diff "$work/contents" <(expected_contents) || fail "$architecture: contents differ from what is expected"
        for field in "Package=edgestream" "Architecture=$architecture" "Version=1.2.3"; do
            [ "$(dpkg-deb --field "$package" "${field%%=*}")" = "${field#*=}" ] || fail "$architecture: $field expected"
        done
        dpkg-deb --info "$package" conffiles | grep -qx /etc/edgestream/edgestream.yaml || fail "no conffile"
    done
    passed "each architecture has the same layout"
}

a_binary_of_another_machine_is_refused() {
    if "$deploy/build-deb.sh" --binary "$binary" --arch arm64 --output "$work" 2>"$work/error"; then
        fail "an amd64 binary was packed for arm64"
    fi
    grep -q 'is for amd64, not arm64' "$work/error" || fail "unclear refusal: $(cat "$work/error")"
    if "$deploy/build-deb.sh" --binary "$here/layout.sh" --output "$work" 2>"$work/error"; then
        fail "a shell script was packed"
    fi
    grep -q 'not an ELF binary' "$work/error" || fail "unclear refusal: $(cat "$work/error")"
    stand_in 2 f3 >"$work/riscv.elf"
    if "$deploy/build-deb.sh" --binary "$work/riscv.elf" --output "$work" 2>"$work/error"; then
        fail "a RISC-V binary was packed"
    fi
    passed "a binary of another machine is refused"
}

the_same_input_gives_the_same_package() {
    local first second
    first=$(SOURCE_DATE_EPOCH=1767225600 "$deploy/build-deb.sh" --binary "$work/arm64.elf" --output "$work/first")
    second=$(SOURCE_DATE_EPOCH=1767225600 "$deploy/build-deb.sh" --binary "$work/arm64.elf" --output "$work/second")
    cmp "$first" "$second" || fail "two builds differ"
    passed "the same input gives the same package"
}

# The project has no mail address and no manual page, its configuration may hold keys, and the .NET runtime brings its
# own zlib: those tags are expected.
lintian_finds_no_error() {
    if ! command -v lintian >/dev/null; then
        echo "     (lintian is not here: the package was not checked with it)"
        return
    fi
    lintian --allow-root --fail-on error --tag-display-limit 0 --suppress-tags \
        bogus-mail-host,bogus-mail-host-in-debian-changelog,no-manual-page,non-standard-file-perm,embedded-library \
        "$work/edgestream_1.2.3_amd64.deb" || fail "lintian found errors"
    passed "lintian finds no error"
}

the_unit_is_valid_and_closed() {
    local exposure
    if ! command -v systemd-analyze >/dev/null; then
        echo "     (systemd-analyze is not here: the unit was not checked with it)"
        return
    fi
    mkdir -p "$work/tree"
    dpkg-deb --extract "$work/edgestream_1.2.3_amd64.deb" "$work/tree"
    sed "s|^ExecStart=/usr/bin/edgestream|ExecStart=$work/tree/usr/bin/edgestream|" \
        "$work/tree/lib/systemd/system/edgestream.service" >"$work/edgestream.service"
    systemd-analyze verify --man=no "$work/edgestream.service" >"$work/error" 2>&1 || fail "$(cat "$work/error")"
    ! grep 'edgestream.service' "$work/error" || fail "systemd-analyze verify complains"
    exposure=$(systemd-analyze security --offline=true "$work/edgestream.service" | tail -n 1)
    systemd-analyze security --offline=true --threshold=25 "$work/edgestream.service" >/dev/null ||
        fail "the unit opens more than it needs: $exposure"
    passed "the unit is valid and closed: ${exposure#*: }"
}

cp "$binary" "$work/amd64.elf"
stand_in 2 b7 >"$work/arm64.elf"
stand_in 1 28 >"$work/armhf.elf"
each_architecture_has_the_same_layout
a_binary_of_another_machine_is_refused
the_same_input_gives_the_same_package
lintian_finds_no_error
the_unit_is_valid_and_closed
