#!/bin/bash
# Builds and runs the tests: all of them under AddressSanitizer and UndefinedBehaviorSanitizer, then those
# labelled tsan under ThreadSanitizer. Installs what is missing first, brings its own database, and ends
# with CTest's closing lines.
#
#   tests/run.sh [--long] [--no-tsan]
#
#   --long      also the tests labelled long
#   --no-tsan   without the second round
set -euo pipefail
cd "$(dirname "$0")/.."

presets=(asan tsan)
leave_out=(--label-exclude '^long$')
for option in "$@"; do
  case $option in
    --long) leave_out=() ;;
    --no-tsan) presets=(asan) ;;
    *)
      sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
      [[ $option == --help ]] && exit 0
      exit 2
      ;;
  esac
done

deploy/install.sh build runtime database test
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi

database=build/test-database
trap 'deploy/postgres.sh remove "$database"' EXIT
deploy/postgres.sh remove "$database"
AURA_TEST_DATABASE_URL=$(deploy/postgres.sh start "$database")
export AURA_TEST_DATABASE_URL
# Without the weights of models, the tests that compare with their original code say so and pass.
install --directory --mode=755 build/models
for model in musicnn spleeter; do
  [[ -e build/models/$model.safetensors ]] || python3 lib/models/fetch.py "$model" build/models ||
    echo "the tests go on without the weights of $model" >&2
done
export AURA_MODELS=$PWD/build/models
export UBSAN_OPTIONS=print_stacktrace=1

# gcc 12's ThreadSanitizer can't live with the address randomisation of newer kernels.
steady=()
if setarch --addr-no-randomize true 2>/dev/null; then steady=(setarch --addr-no-randomize); fi

# Many tests wait: for a lease to end, for a process.
at_once=$(($(nproc) + 1))
status=0
for preset in "${presets[@]}"; do
  wanted=()
  [[ $preset != tsan ]] || wanted=(--label-regex '^tsan$')
  cmake --preset "$preset"
  "${steady[@]}" cmake --build --preset "$preset"
  "${steady[@]}" ctest --preset "$preset" --parallel "$at_once" --no-tests=error \
    --output-log "build/$preset/tests.log" "${wanted[@]}" "${leave_out[@]}" || status=1
done

for preset in "${presets[@]}"; do
  echo
  echo "$preset:"
  # What failed first, as long as it is short: the whole is above and in the log.
  grep --no-group-separator --after-context=6 --extended-regexp ': FAILED:$|Sanitizer: |runtime error: ' \
    "build/$preset/tests.log" | head --lines=30 || true
  sed -n '/tests passed/,${/^\[ERROR_MESSAGE\]/d; p}' "build/$preset/tests.log"
done
exit "$status"
