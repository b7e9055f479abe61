# Completion of aura's commands, options and files, for bash.

_aura() {
  local word=${COMP_WORDS[COMP_CWORD]} options
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    options=$("${COMP_WORDS[0]}" --help 2>/dev/null | sed -n 's/^  \([a-z]\+\|--[a-z]\+\|-h,--help\) .*/\1/p' | sed 's/.*,//')
  elif [[ $word == -* ]]; then
    options=$("${COMP_WORDS[0]}" "${COMP_WORDS[1]}" --help 2>/dev/null | grep -o -- '--[a-z-]\+' | sort -u)
  else
    return # files: see below
  fi
  mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
}
complete -o default -F _aura aura
