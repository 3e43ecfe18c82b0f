/**
 * What each shell loads. All of them ask `hivemind complete-words` with the words up to the cursor, and take a line for
 * each value, a tab, and what it is; `:files` stands for paths. The words are handed on as they are and nothing of an
 * answer is expanded by the shell: a branch may be called `$(rm -rf ~)`.
 */
const bash = `# Completion of hivemind for bash: eval "$(hivemind completion bash)"
_hivemind() {
  local line value
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ':files' ]; then
      compopt -o default 2>/dev/null
      continue
    fi
    printf -v value '%q' "\${line%%$'\\t'*}"
    COMPREPLY+=("$value")
  done < <(hivemind complete-words "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _hivemind hivemind
`;

const zsh = `#compdef hivemind
# Completion of hivemind for zsh: source <(hivemind completion zsh), behind compinit
_hivemind() {
  local line value
  local -a values
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      compset -P '--[[:alnum:]-]##='
      _files
      continue
    fi
    value=\${line%%$'\\t'*}
    value=\${value//\\\\/\\\\\\\\}
    values+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
  done < <(hivemind complete-words "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#values )) && _describe hivemind values
}
if [[ $funcstack[1] == _hivemind ]]; then
  _hivemind "$@"
else
  compdef _hivemind hivemind
fi
`;

const fish = `# Completion of hivemind for fish: hivemind completion fish | source
function __hivemind_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (hivemind complete-words $words[2..-1] 2>/dev/null)
        if test "$line" = ':files'
            set -l flag (string match -r -- '^--[\\w-]+=' (commandline -ct))
            __fish_complete_path (string replace -- "$flag" '' (commandline -ct)) | string replace -r -- '^' "$flag"
        else
            printf '%s\\n' $line
        end
    end
end
complete -c hivemind -f -a '(__hivemind_complete)'
`;

export const completionScripts = { bash, zsh, fish };
export type Shell = keyof typeof completionScripts;
