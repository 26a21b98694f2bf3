# shellcheck shell=bash disable=SC2034
# What the scripts beside this file share; a script begins with
#
#     source "$(dirname "$(readlink -f "$0")")/lib.sh"
#
# From then on it stops at the first command that fails, with one line that says which.

set -Eeuo pipefail

script=${0##*/}
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
flowrun=$root/.build/release/flowrun

# The libraries that the build links, with their headers.
build_packages=(
    git pkg-config
    libcmark-gfm-dev libcmark-gfm-extensions-dev libcurl4-openssl-dev libgit2-dev libsqlite3-dev libyaml-dev zlib1g-dev
)
# What a project's jobs and the tests need of Python.
python_packages=(python3 python3-venv)

# Announces what comes next.
say() {
    local bold='' plain=''
    if [[ -t 2 && -z ${NO_COLOR-} ]]; then bold=$'\e[1m' plain=$'\e[0m'; fi
    printf '%s==> %s%s\n' "$bold" "$*" "$plain" >&2
}

# Ends the script with one line.
fail() {
    printf '%s: %s\n' "$script" "$*" >&2
    exit 1
}

# In a subshell it is silent: the shell around it fails in turn, and says so.
on_fault() {
    local status=$1 line=$2 command=$3
    if ((BASH_SUBSHELL == 0)); then
        printf "%s: stopped at line %s: '%s' ended with status %s\n" "$script" "$line" "${command%%$'\n'*}" "$status" >&2
    fi
    exit "$status"
}
trap 'on_fault $? $LINENO "$BASH_COMMAND"' ERR
trap 'printf "%s: interrupted\n" "$script" >&2; exit 130' INT

# Prints the help that a script opens with: its comment.
print_usage() {
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "needs root or sudo for: $*"
    fi
}

# install_packages NAME...: Debian packages; asks apt only for those that are missing, and has none removed for them.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "No apt here: taking for granted ${*}"
        return
    fi
    local name missing=()
    for name; do
        # shellcheck disable=SC2016 # the field is dpkg's
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true) == installed ]] || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    say "Installing ${missing[*]}"
    as_root apt-get -q update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends --no-remove "${missing[@]}"
}

require_swift() {
    local least=6.2 version
    command -v swift >/dev/null || fail "Swift is missing; get it at https://www.swift.org/install"
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p')
    [[ $(printf '%s\n' "$least" "$version" | sort -V | head -n 1) == "$least" ]] ||
        fail "Swift $version is too old, $least is needed; get it at https://www.swift.org/install"
}

# Builds $flowrun; a few seconds where nothing has changed.
build_release() {
    install_packages "${build_packages[@]}"
    require_swift
    say "Building flowrun (release; the first time takes some minutes)"
    local flags=()
    # Generic types are made by their functions, not found by their names: else a short run spends a third of its
    # instructions in searching all types of the program for those that conform to a protocol.
    flags+=(-Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors)
    # What a short run calls lies side by side. Only LLVM's linker does that; it comes with Swift, though not everywhere.
    if [[ -x $(dirname "$(readlink -f "$(command -v swift)")")/ld.lld ]]; then
        flags+=(-Xswiftc -use-ld=lld -Xswiftc -Xfrontend -Xswiftc -function-sections -Xcc -ffunction-sections)
        flags+=(-Xlinker "--symbol-ordering-file=$root/utilities/link-order.txt" -Xlinker --no-warn-symbol-ordering)
        # The build knows nothing of the list: a program that is older is linked anew.
        [[ ! $root/utilities/link-order.txt -nt $flowrun ]] || rm -f "$flowrun"
    fi
    swift build -c release --static-swift-stdlib --package-path "$root" --product flowrun "${flags[@]}"
}
