# shellcheck shell=bash
# What the scripts of this folder share. Sourced, never run.

# shellcheck disable=SC2034  # used by the scripts that source this file
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '== %s\n' "$*" >&2; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Prints the comment at the head of the running script when its first argument asks for help.
help_if_asked() {
    case ${1:-} in
        -h | --help) sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0" && exit 0 ;;
    esac
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# The system as "debian 12" or "ubuntu 24.04".
system_name() (
    # shellcheck disable=SC1091  # not part of the project
    if [ -r /etc/os-release ]; then . /etc/os-release; fi
    printf '%s %s\n' "${ID:-unknown}" "${VERSION_ID:-}"
)

# Whether packages of this system have been tried under the names that the scripts use.
system_is_known() {
    case $(system_name) in
        "debian 12" | "debian 13" | "ubuntu 22.04" | "ubuntu 24.04") return 0 ;;
        *) return 1 ;;
    esac
}

# missing_packages NAME...: those that are not installed, one a line.
missing_packages() {
    local installed name
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        grep -qxF "installed $name" <<<"$installed" || printf '%s\n' "$name"
    done
}

# install_packages NAME...: installs what is missing through apt, or names it where that can't be done.
install_packages() {
    system_is_known || fail "no package names known for $(system_name); install what Debian 12 calls: $*"
    local missing log
    mapfile -t missing < <(missing_packages "$@")
    if [ ${#missing[@]} = 0 ]; then return; fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        fail "packages are missing, and there is neither root nor sudo; as root: apt-get install ${missing[*]}"
    fi
    say "installing packages: ${missing[*]}"
    log=$(mktemp)
    if ! { as_root apt-get -qq -o DPkg::Lock::Timeout=300 update &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
            install --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        fail "apt-get could not install: ${missing[*]}"
    fi
    rm -f "$log"
}

# A Python that has pip: the user's, else the system's. Fails when none has.
python_with_pip() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -m pip --version >/dev/null 2>&1; then
            printf '%s\n' "$python"
            return
        fi
    done
    return 1
}

# How many compilers may run at once: one a processor, and no more than memory allows (1.5 GB each).
build_jobs() {
    local processors memory
    processors=$(nproc)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo)
    if [ "$memory" -lt 1 ]; then memory=1; fi
    printf '%s\n' "${CMAKE_BUILD_PARALLEL_LEVEL:-$((processors < memory ? processors : memory))}"
}

# What Open MPI needs to start in a container as well as on a workstation.
set_mpi_environment() {
    if [ "$(id -u)" = 0 ]; then
        export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    fi
    # Containers forbid the system call behind Open MPI's single copy between processes, and each message then prints an error.
    export OMPI_MCA_btl_vader_single_copy_mechanism=${OMPI_MCA_btl_vader_single_copy_mechanism:-none}
}
