#!/bin/bash -eu
# Builds the fuzz targets as OSS-Fuzz and ClusterFuzzLite want them: for each race
# a libFuzzer binary, its seeds, its dictionary and its options. The images run it
# in the root of the repository, without arguments.
#
# Every target runs the newest fixed kernel, as it does without -kernel: the bugs
# of the racy ones are no news. The argument "canary" builds one racy kernel
# instead, which must crash and so shows that a crash gets through. Names of races
# as arguments build those alone.
#
# The tree is changed: register.go makes the driver's testing package a dependency.
module=github.com/vmrace/vmrace
folder=scripts/oss-fuzz

printf 'package vmrace\n\nimport _ "github.com/AdamKorcz/go-118-fuzz-build/testing"\n' >register.go
go mod tidy
mkdir -p "$WORK"
go build -o "$WORK/vmrace" ./cmd/vmrace

build() { # PACKAGE TARGET NAME RACE
  # compile_native_go_fuzzer_v2 succeeds even where it has not found the target.
  rm -f "$OUT/$3"
  compile_native_go_fuzzer_v2 "$1" "$2" "$3"
  [ -x "$OUT/$3" ] || { echo "build.sh: $2 was not built" >&2; exit 1; }

  rm -rf "$WORK/seeds" && mkdir -p "$WORK/seeds"
  "$WORK/vmrace" corpus export -race "$4" "$WORK/seeds"
  rm -f "$OUT/$3_seed_corpus.zip"
  (cd "$WORK/seeds" && zip -q -r "$OUT/$3_seed_corpus.zip" .)
  "$WORK/vmrace" corpus dict -race "$4" >"$OUT/$3.dict"
  sed "s/^dict = .*/dict = $3.dict/" "$folder/fuzz.options" >"$OUT/$3.options"
}

if [ "${1:-}" = canary ]; then
  build "$module/$folder/canary" FuzzCanary fuzz_canary page-release
  rm "$OUT/fuzz_canary_seed_corpus.zip" # its seeds are the bugs that it is to find
  exit
fi

"$WORK/vmrace" list -format json | jq -r '.[] | .target + " " + .race' | while read -r target race; do
  [ $# = 0 ] || [[ " $* " == *" $race "* ]] || continue
  build "$module" "$target" "fuzz_${race//-/_}" "$race"
done
