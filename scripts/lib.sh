# Shared by the scripts of this folder: messages, pinned tools, and cargo on PATH.
# shellcheck shell=bash disable=SC2034

# Tools that the gate needs and that no system package brings, by version.
CARGO_DENY=0.20.2
HADOLINT=2.15.1
NODE=22.23.3
tools="${XDG_CACHE_HOME:-$HOME/.cache}/sadu"

say() { printf 'sadu: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

if ! command -v cargo >/dev/null 2>&1 && [ -e "$HOME/.cargo/env" ]; then
  # shellcheck disable=SC1091
  . "$HOME/.cargo/env"
fi

# The Python that has what a file of requirements asks for.
python_of() { echo "$tools/python-$(sha256sum "$1" | cut -c1-16)/bin/python"; }
tests="$(cd "$(dirname "${BASH_SOURCE[0]}")/../tests" && pwd)"
SADU_PYTHON="$(python_of "$tests/requirements.txt")"
SADU_ATTACK_PYTHON="$(python_of "$tests/attack/requirements.txt")"
export SADU_PYTHON SADU_ATTACK_PYTHON

# A newer Node than the system's, where scripts/setup had to bring one.
if [ -x "$tools/node-$NODE/bin/node" ]; then
  PATH="$tools/node-$NODE/bin:$PATH"
fi
