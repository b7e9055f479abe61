#!/bin/bash
# Holds deploy/quickstart.sh and deploy/install.sh to what they say: runs the quickstart in each of its ways, from a folder
# elsewhere, and then the commands that it prints. Stops what --keep left running and deletes the quickstart's rows.
#
#   tests/quickstart_test.sh
set -Eeuo pipefail
cd "$(dirname "$0")/.."
checkout=$PWD
database=$checkout/build/quickstart/database
music=$checkout/tests/data/music
work=$(mktemp -d)
elsewhere="$work/it's elsewhere"
mkdir "$elsewhere" "$work/bin"

clean_up() {
  [[ ! ${server-} ]] || kill "$server"
  deploy/quickstart.sh --stop >/dev/null
  rm -rf "$work"
}
trap clean_up EXIT
status=
output=
trap 'printf "%s\n" "FAILED: $property (line $LINENO)" "The last command ended with $status and said:" "$output" >&2' ERR

# Names what the lines that follow hold to.
test_that() {
  property=$1
  echo "- $property"
}

# Runs a command as a person elsewhere would. Leaves what it says in `output`, its exit status in `status`.
run() {
  status=0
  output=$(cd "$elsewhere" && bash -c "$1" 2>&1) || status=$?
}

# The same for the quickstart, with `settings` before it; what it says stays in `last_words` too.
quickstart() {
  run "${settings-} '$checkout/deploy/quickstart.sh' $*"
  last_words=$output
}

# Runs the command that the quickstart's last words have under label `$1`, with `$3` in place of `$2`.
run_printed() {
  local command
  command=$(sed -n "s|^$1: *||p" <<<"$last_words")
  command=${command%, or *}
  [[ $command ]]
  run "$(sed -n 's/^  export /export /p' <<<"$last_words")
    ${command/"${2-}"/${3-}}"
}

says() {
  [[ $output == *"$1"* ]]
}

# Status and title of the newest `$1` rows, the oldest first.
rows() {
  psql -XAt -d "$(deploy/postgres.sh start "$database")" -c "SELECT \"status\" || ' ' || \"trackTitle\" FROM
    (SELECT * FROM \"AuraAnalysis\" ORDER BY \"createdAt\" DESC LIMIT $1) AS newest ORDER BY \"createdAt\""
}

is_up() {
  [[ -e build/quickstart/worker.pid ]] || psql -Xq -d "$(deploy/postgres.sh url "$database")" -c '' 2>/dev/null
}

# Whether the worker answers where the quickstart says that its page is.
is_page_up() {
  local port reply
  port=$(sed -n 's|^The queue: .*http://localhost:\([0-9]*\) .*|\1|p' <<<"$last_words")
  exec {connection}<>"/dev/tcp/localhost/$port"
  printf 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&"$connection"
  reply=$(cat <&"$connection")
  exec {connection}>&-
  [[ $reply == "HTTP/1.1 200 "* ]]
}

# Stand-ins for Debian's programs: what is installed here must make no difference.
stand_in() {
  printf '#!/bin/bash\n%s\n' "$2" >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}
stand_in dpkg-query ''
stand_in sudo "exec \"\$@\""
stand_in apt-get "echo \"noise of \$*\"; [[ \$* != *\"\$REFUSED\"* ]]"
install="PATH='$work/bin':\$PATH '$checkout/deploy/install.sh' image"
log=$checkout/build/install.log

test_that "install.sh says one line; a log, which it names, has what apt says"
run "REFUSED=nothing $install"
((status == 0))
[[ $output == "Installing debootstrap"*" $log" && $output != *$'\n'* ]]
[[ $(grep -c "noise of" "$log") == 2 ]]

test_that "install.sh shows the end of its log and names it where apt fails"
for step in update debootstrap; do
  run "REFUSED=$step $install"
  ((status == 1))
  says "$step"
  [[ ${output##*$'\n'} == "install.sh: "*" $log" ]]
done

deploy/quickstart.sh --stop

test_that "quickstart.sh analyses files of any name, and gives them their names as titles"
names=('a#b?c %25&é.mp3' 'no extension' '-dash.mp3' $'caf\xe9.mp3' '.mp3' $'new\nline.mp3' "a 'b' \"c\" [d] \$(e) \`f\`.g.mp3")
titles=('a#b?c %25&é' 'no extension' '-dash' caf .mp3 $'new\nline' "a 'b' \"c\" [d] \$(e) \`f\`.g" 'link?')
cp "$music/northbound.mp3" "$work/track"
for name in "${names[@]}"; do cp "$work/track" "$elsewhere/$name"; done
ln -s "$work/track" "$elsewhere/link?.mp3"
quickstart "$(printf ' ./%q' "${names[@]}" 'link?.mp3')"
((status == 0))
says "A page about ${names[0]}: $checkout/build/quickstart/report.html"
[[ $(rows "${#titles[@]}") == "$(printf 'completed %s\n' "${titles[@]}")" ]]
deploy/quickstart.sh --stop >/dev/null

test_that "with --no-models it fetches none and uses none"
rm -rf build/quickstart/models
quickstart --no-models ./-dash.mp3
((status == 0))
[[ ! -e build/quickstart/models && $output != *AURA_MODELS=* ]]

test_that "it fetches a model, or says what tracks lack without it; its commands use the model"
quickstart ./-dash.mp3
((status == 0))
if [[ -e build/quickstart/models/musicnn.safetensors ]]; then
  says "No database:    AURA_MODELS="
else
  says "no genre and mood"
fi

test_that "it goes on where a model can't be fetched"
rm -rf build/quickstart/models
mkdir "$work/python"
ln -s /bin/false "$work/python/python3"
settings="PATH='$work/python':\$PATH" quickstart ./-dash.mp3
((status == 0))
says "no genre and mood"
quickstart ./-dash.mp3
((status == 0))

test_that "without --keep, each command that it prints works after its end"
says "are stopped now"
if is_up; then false; fi
run_printed "The rows"
says "link?"
run_printed "Stop again"
if is_up; then false; fi
run_printed "No database" 'FILE|URL...' ./-dash.mp3
says "Hit Factor"
run_printed "A page" 'FILE|URL' ./-dash.mp3
[[ -s $elsewhere/report.html ]]
run_printed "Next track" 'FILE|URL...' ./-dash.mp3
says "are stopped now"

test_that "where an argument is refused, those before it are not left to a later run"
quickstart ./-dash.mp3 ftp://h/a.mp3
((status == 1))
says "must start with https://"
[[ $(rows 1) == "failed -dash" ]]

test_that "it says which port is taken, in one line with a command that works"
build/release/tests/support/aura-serve "$elsewhere" --port-file "$work/port" >/dev/null &
server=$!
timeout 30 bash -c "until [[ -s '$work/port' ]]; do sleep 0.05; done"
taken=$(cat "$work/port")
settings="PORT=$taken" quickstart --keep ./-dash.mp3
((status == 1))
[[ $output == "quickstart.sh: port $taken is taken "* && $output != *$'\n'* ]]
run "${output##*: }"
((status == 0))
last_words=$output

test_that "with --keep, each command that it prints works after its end"
is_page_up
run_printed "The queue"
says "processing  0"
run_printed "The rows"
says "-dash"
run_printed "Enqueue" URL "http://127.0.0.1:$taken/-dash.mp3"
says "completed"

test_that "a run beside a worker that was kept, with a file and a URL that fail, says what is so"
echo "no music" >"$elsewhere/text.mp3"
settings="PORT=$taken" quickstart ./text.mp3 "http://127.0.0.1:$taken/none.mp3?signature=1"
((status == 1))
says "go on running"
[[ $(rows 2) == $'failed text\nfailed none' ]]
is_page_up
run_printed "The rows"
says "this is not audio"

test_that "a run beside a worker that was kept and ends meanwhile says so"
kept_words=$last_words
worker=$(cat build/quickstart/worker.pid)
kill -STOP "$worker" # so that the track waits for it
for ((tries = 0; tries < 600; ++tries)); do
  if [[ $(rows 1) == "queued -dash" ]]; then break; fi
  sleep 0.2
done && kill -KILL "$worker" &
quickstart ./-dash.mp3
((status == 1))
says "the worker has ended"
last_words=$kept_words

test_that "what --keep left running is stopped, and its rows deleted, by the commands that say so"
run_printed "End them"
says "are stopped"
if is_up; then false; fi
run "${output##*: }"
[[ ! -e $database ]]
run "'$checkout/deploy/quickstart.sh' --stop"
[[ $output == "The database and the worker are stopped." ]]
