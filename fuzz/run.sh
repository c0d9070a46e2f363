#!/bin/sh
# Feeds mutated inputs to everything that reads bytes from outside: fuzz/run.sh [--seconds N] [--seed N]; ten minutes without options.
set -eu
cd "$(dirname "$0")/.."
dotnet build fuzz/Parley.Fuzz -c Release -v quiet -nologo -clp:NoSummary
exec dotnet artifacts/bin/Parley.Fuzz/release/Parley.Fuzz.dll "$@"
