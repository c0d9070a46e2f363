#!/bin/sh
# Measures Parley beside nginx and a bare .NET proxy loop, in one run; see --help. Needs Linux and the .NET SDK.
set -eu
cd "$(dirname "$0")/../.."

command -v dotnet >/dev/null || { echo "the .NET SDK is not installed: https://dot.net/download" >&2; exit 1; }

# What is left out is neither installed nor built.
without=""
previous=""
for argument in "$@"; do
  [ "$previous" = "--without" ] && without=",$argument,"
  previous="$argument"
done
wants() { case "$without" in *",$1,"*) return 1 ;; esac; }

if wants nginx && ! command -v nginx >/dev/null && ! [ -x /usr/sbin/nginx ]; then
  root=""
  [ "$(id -u)" = 0 ] || root="sudo -n"
  if command -v apt-get >/dev/null; then
    echo "installing nginx"
    install() { $root apt-get install -y -qq nginx-light >/dev/null 2>&1; }
    install || { $root apt-get update -qq >/dev/null 2>&1 && install; } || echo "nginx could not be installed"
  else
    echo "nginx is not installed and apt-get is not here"
  fi
fi

build() { dotnet build "$1" -c Release -v quiet -nologo -clp:NoSummary; }
build bench/load
if wants floor; then build bench/Floor; fi
if wants parley; then build src/Parley; fi

# A thousand streams are two thousand sockets in a proxy.
ulimit -n 16384 2>/dev/null || true
exec dotnet artifacts/bin/Load/release/Load.dll "$@"
