#!/usr/bin/env bash
# Installs connlint for the action, below $RUNNER_TEMP, and says as the output `program` where. No token is at hand here.
#
# CONNLINT_INSTALL is `auto`, `source` or `never`. CONNLINT_RELEASES is where tests keep their archives.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home=$RUNNER_TEMP/connlint
program=$home/bin/connlint

fail() {
    echo "::error title=connlint is not installed::$*"
    exit 1
}

# The archive's target for this runner; nothing for one that no release is built for.
target() {
    case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
        Linux-X64) echo x86_64-unknown-linux-musl ;;
        Linux-ARM64) echo aarch64-unknown-linux-musl ;;
        macOS-X64) echo x86_64-apple-darwin ;;
        macOS-ARM64) echo aarch64-apple-darwin ;;
        Windows-X64) echo x86_64-pc-windows-msvc ;;
    esac
}

# The version of the workspace: the first one in its manifest.
version() {
    sed -n 's/^version = "\([0-9][0-9A-Za-z.+-]*\)"$/\1/p' "$here/Cargo.toml" | head -n 1
}

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

# download NAME FILE: fetches an archive; fails where the network does.
download() {
    local from=${CONNLINT_RELEASES:-https://github.com/connlint/connlint/releases/download/v$(version)} protocol='=https'
    case $from in http://127.0.0.1:*) protocol='=http' ;; esac
    curl --proto "$protocol" --tlsv1.2 --fail --silent --show-error --location --retry 2 --connect-timeout 20 --max-time 300 \
        --output "$2" "$from/$1"
}

# Installs the release; fails if there is none for this runner, or if it cannot be had. One that is not what was released
# is neither: then the job ends.
install_release() {
    local target name expected actual suffix=
    target=$(target)
    name=connlint-$(version)-$target.tar.gz
    expected=$(awk -v name="$name" '$2 == name { print $1; exit }' "$here/action/checksums.txt")
    if [ -z "$target" ] || [ -z "$expected" ]; then
        echo "There is no release of connlint $(version) for ${RUNNER_OS:-this system} on ${RUNNER_ARCH:-this processor}."
        return 1
    fi
    if ! download "$name" "$home/$name"; then
        echo "::notice title=connlint is built from source::$name could not be downloaded"
        return 1
    fi
    actual=$(sha256 <"$home/$name")
    if [ "$actual" != "$expected" ]; then
        rm -f "$home/$name"
        fail "the SHA-256 digest of $name is $actual and not $expected: it is not what was released, and nothing of it was run"
    fi
    [ "${RUNNER_OS:-}" != Windows ] || suffix=.exe
    # GNU tar takes a drive letter for the name of a host, so it is told no path.
    (cd "$home/bin" && tar -xzf - "connlint$suffix") <"$home/$name" || fail "$name holds no connlint$suffix"
    rm -f "$home/$name"
    echo "Installed $name, whose digest is as listed."
}

install_from_source() {
    command -v cargo >/dev/null ||
        fail "there is no release to install and no cargo to build with: install Rust before this step, or put connlint on the PATH and set 'install: never'"
    echo "::group::Build connlint $(version) from source"
    # In the checkout, rustup would heed a rust-toolchain.toml that a pull request brings, and start what that names.
    cd "$here"
    cargo install --locked --force --features github --root "$home" --path "$here" || fail "the build failed; the log says why"
    echo "::endgroup::"
}

case ${CONNLINT_INSTALL:-auto} in
    auto | source)
        mkdir -p "$home/bin"
        if [ "${CONNLINT_INSTALL:-auto}" = source ] || ! install_release; then install_from_source; fi
        ;;
    never)
        program=$(command -v connlint) || fail "'install: never' needs a connlint on the PATH"
        ;;
    *)
        fail "'install' is auto, source or never"
        ;;
esac
"$program" --version
echo "program=$program" >>"$GITHUB_OUTPUT"
