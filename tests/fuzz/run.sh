#!/bin/bash
# Builds the fuzz targets with clang and lets each run for a while, from its seeds and from what earlier runs found.
# Fails if one crashes, leaks, hangs or takes too much memory; what made it do so is then in build/fuzz/crashes.
#
#   tests/fuzz/run.sh [SECONDS [TARGET...]]     default: 20, and all of them
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ ${1-} == -* || ! ${1-20} =~ ^[0-9]+$ ]]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' tests/fuzz/run.sh
  [[ $1 == -h || $1 == --help ]] && exit 0
  exit 2
fi
seconds=${1-20}
targets=("${@:2}")
if ((${#targets[@]} == 0)); then
  for source in tests/fuzz/*_fuzz.cpp; do
    name=${source##*/}
    targets+=("${name%_fuzz.cpp}")
  done
fi

home=build/fuzz
mkdir -p "$home/crashes"
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset fuzz --log-level=WARNING >"$home/cmake.log" || { cat "$home/cmake.log"; exit 1; }
cmake --build --preset fuzz --target "${targets[@]/#/fuzz_}"

# Runs one target; its lines in one go, since others run beside it.
fuzz() {
  local target=$1 log=$home/$1.log
  mkdir -p "$home/corpus/$target"
  if "$home/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$home/crashes/$target-" "$home/corpus/$target" "tests/fuzz/corpus/$target" &>"$log"; then
    echo "$target, $seconds s: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions"
  else
    printf '%s\n' "$(tail -n 100 "$log")" "FAILED: $target; the input is in $home/crashes"
    return 1
  fi
}
export home seconds
export -f fuzz
# One a CPU. xargs ends with 123 if one failed.
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I '{}' bash -c 'fuzz {}'
