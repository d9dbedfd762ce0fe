# shellcheck shell=bash
# Completion of hubspool for bash. It asks the program's own --help, so it knows what the program knows.

# COMMAND...: what its help lists, one a line: command NAME, or option NAME and what the option takes.
_hubspool_help() {
    "$@" --help 2>/dev/null | awk '
        /^[A-Z][a-z]*:$/ { part = $1 }
        /^$/ { part = "" }
        part == "Subcommands:" && /^  [a-z]/ { print "command", $1 }
        part == "Options:" && /^  -/ {
            takes = $0 ~ /^  [^ ]+ [^ ]/ && $2 ~ /^[A-Z][A-Z|=]*(:|$)|[|]/ ? $2 : ""
            count = split($1, names, ",")
            for (i = 1; i <= count; ++i) print "option", names[i], takes
        }'
}

_hubspool() {
    local current=${COMP_WORDS[COMP_CWORD]} last='' kind name takes word value_of='' known='' commands options
    local -a path=("${COMP_WORDS[0]}")
    _hubspool_read() {
        commands=' ' options=' '
        while read -r kind name takes; do
            [[ $kind == command ]] && commands+="$name " || options+="$name "
            [[ -z $takes ]] || known+="$name=$takes "
        done < <(_hubspool_help "${path[@]}")
    }
    _hubspool_read
    local of_all=$options
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ -n $value_of ]]; then
            value_of=''
        elif [[ $word == -* ]]; then
            # What it takes, and for which word that counts.
            [[ " $known" != *" $word="* ]] || { value_of=${known##*"$word="} && value_of=${value_of%% *}; }
        elif [[ $commands == *" $word "* ]]; then
            path+=("$word") && _hubspool_read
        fi
        last=$word
    done
    COMPREPLY=()
    case $last:$value_of in
    -i:* | --instance:*)
        [[ -z $value_of ]] || mapfile -t COMPREPLY < <(compgen -W "$(
            for name in /etc/hubspool/*.yaml; do [[ ! -e $name ]] || basename "$name" .yaml; done)" -- "$current")
        ;;
    *:*[a-z]'|'*) mapfile -t COMPREPLY < <(compgen -W "${value_of//|/ }" -- "$current") ;;
    *:FILE* | *:DIR*) compopt -o default 2>/dev/null ;;
    *:?*) ;;
    *)
        if [[ $current == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$options $of_all" -- "$current" | sort -u)
        elif [[ $commands == ' ' ]]; then
            compopt -o default 2>/dev/null
        else
            mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
        fi
        ;;
    esac
    unset -f _hubspool_read
}

complete -F _hubspool hubspool
