#!/usr/bin/env bash
# Restores, checks, builds and tests everything; see --help. Needs the .NET 10 SDK and Node 20, installs the rest if it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage='./test.sh [--fast]

  --fast   leaves out what takes long: tests of the category Long, the checks of dotnet format that need a compilation, the load run

Environment: CI=true lets package lock files bind (a restore that would change one fails).
Ends with "N passed, N failed"; the exit code is 0 only when nothing failed.'

fast=''
for argument in "$@"; do
  case "$argument" in
    --fast) fast=yes ;;
    --help | -h) echo "$usage"; exit 0 ;;
    *) printf '%s: unknown option\n%s\n' "$argument" "$usage" >&2; exit 2 ;;
  esac
done

command -v dotnet > /dev/null || { echo 'The .NET 10 SDK is not installed: https://dot.net/download' >&2; exit 1; }
command -v node > /dev/null || { echo 'Node 20 is not installed: https://nodejs.org' >&2; exit 1; }

# One place for all that the tests write, and no compiler that outlives the run.
work=$(mktemp -d)
export TMPDIR="$work/tmp"
mkdir "$TMPDIR"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

# Each step runs in a process group of its own, so that an interrupted run can end all of it.
set -m
group=''
clean() {
  trap - EXIT INT TERM HUP
  if [ -n "$group" ]; then
    kill -TERM -- "-$group" 2> /dev/null || true
    sleep 1
    kill -KILL -- "-$group" 2> /dev/null || true
  fi
  rm -rf "$work"
}
trap clean EXIT
trap 'clean; exit 130' INT
trap 'clean; exit 143' TERM HUP

passed=0 failed=0 skipped=0
failures=()
log="$work/log"

# step HEADING COMMAND…: runs it, shows and keeps what it says, and returns its exit code.
step() {
  local heading=$1 began=$SECONDS code=0
  shift
  printf '\n── %s\n' "$heading"
  { "$@" 2>&1 | tee "$log"; } < /dev/null &
  group=$!
  wait "$group" || code=$?
  group=''
  printf '── %s: %s, %d s\n' "$heading" "$([ "$code" = 0 ] && echo ok || echo FAILED)" "$((SECONDS - began))"
  return "$code"
}

# A step without tests of its own counts when it fails.
check() {
  step "$@" && return 0
  failed=$((failed + 1))
  failures+=("$1")
  return 1
}

# The sum of the numbers behind a word in the log: `Passed:    12`, `ℹ pass 12`.
sum() {
  { grep -oE "$1" "$log" || true; } | awk '{ n += $NF } END { print n + 0 }'
}

# count HEADING CODE PASSED FAILED SKIPPED NAMES: adds a test run up. A run that failed without a failed test (a crash, a hang) counts as one.
count() {
  local bad=$4
  if [ "$2" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  passed=$((passed + $3)) failed=$((failed + bad)) skipped=$((skipped + $5))
  if [ "$bad" != 0 ]; then failures+=("$1" "$6"); fi
}

finish() {
  if [ "${#failures[@]}" != 0 ]; then
    printf '\nFailed:\n'
    printf '%s\n' "${failures[@]}" | sed '/^$/d; s/^/  /'
  fi
  printf '\nTook %d min %02d s.\n' "$((SECONDS / 60))" "$((SECONDS % 60))"
  if [ "$skipped" = 0 ]; then echo "$passed passed, $failed failed"; else echo "$passed passed, $failed failed, $skipped skipped"; fi
  [ "$failed" = 0 ] && exit 0
  exit 1
}

check 'restore' dotnet restore Parley.slnx -v quiet || finish

every_test_project_is_built() {
  local project missing=0
  for project in tests/*/*.csproj; do
    grep -qF "Path=\"$project\"" Parley.slnx || { echo "$project is not in Parley.slnx"; missing=1; }
  done
  return "$missing"
}
check 'solution' every_test_project_is_built || true

if [ -n "$fast" ]; then
  check 'format (white space)' dotnet format whitespace Parley.slnx --verify-no-changes --no-restore || true
else
  check 'format' dotnet format Parley.slnx --verify-no-changes --no-restore || true
fi

check 'build' dotnet build Parley.slnx -c Release --no-restore -v quiet -clp:NoSummary || finish

install_packages() {
  if [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; then
    echo "$1/node_modules is there"
  else
    # npm warns that some packages want a newer Node than 20; that they work is what the tests show.
    npm ci --prefix "$1" --loglevel=error
  fi
}

# The gateway's tests start a real Azurite; where it cannot be installed they say so, and fail under CI.
check 'npm packages (azurite)' install_packages tests/azurite || true

for project in tests/*/*.csproj; do
  grep -q 'Microsoft.NET.Test.Sdk' "$project" || continue
  name=$(basename "$project" .csproj)
  code=0
  # A test that hangs is named and ends the run of its project, not of everything.
  step "$name" dotnet test "$project" -c Release --no-build ${fast:+--filter Category!=Long} --results-directory "$work/$name" \
    --logger 'console;verbosity=minimal' --logger "trx;LogFileName=tests.trx" --blame-hang-timeout 4m --blame-hang-dump-type none || code=$?
  count "$name" "$code" "$(sum 'Passed: +[0-9]+')" "$(sum 'Failed: +[0-9]+')" "$(sum 'Skipped: +[0-9]+')" \
    "$(sed -nE 's/^ *Failed ([^ ].*) \[.*\]$/  \1/p' "$log" | sort -u)"
  # What a test did not see, it writes into its output, which a green run does not show.
  { grep -hoE '[^<>]*not seen?[^<>]*' "$work/$name"/*.trx 2> /dev/null || true; } | sort -u
done

check 'allocation gates' dotnet run -c Release --no-build --project bench/Parley.Benchmarks -- gate || true

check 'fuzz (a slice)' dotnet artifacts/bin/Parley.Fuzz/release/Parley.Fuzz.dll --seconds 20 || true

if check 'npm packages (conformance)' install_packages tests/conformance; then
  code=0
  step 'tests/conformance' node tests/conformance/run.mjs || code=$?
  count 'tests/conformance' "$code" "$(sum '^ℹ pass [0-9]+')" "$(sum '^ℹ fail [0-9]+')" 0 "$(sed -n 's/^ *✗ \(.*\)$/  \1/p' "$log" | sort -u)"
fi

if check 'npm packages' install_packages tests/clients; then
  code=0
  PARLEY_TEST_REPORT="$work/clients.json" step 'tests/clients' node tests/clients/run.mjs || code=$?
  count 'tests/clients' "$code" "$(sum '^ℹ pass [0-9]+')" "$(sum '^ℹ (fail|cancelled) [0-9]+')" "$(sum '^ℹ skipped [0-9]+')" \
    "$(sed -n '/failing tests:/,$d; s/^ *✖ \(.*\) (.*ms)$/  \1/p' "$log" | sort -u)"
fi

# A fast run leaves tests out.
[ -n "$fast" ] || check 'compatibility' node tests/compatibility/generate.mjs "$work" --check || true

if [ -z "$fast" ]; then
  check 'load (quick)' bench/load/run.sh --quick || true
fi

finish
