# bash completion for the program kubectl-encrypt. "kubectl encrypt" is completed by kubectl's own
# script, together with kubectl_complete-encrypt on the PATH: see "kubectl encrypt completion --help".
#
#   source <(kubectl-encrypt completion bash)

_kubectl_encrypt() {
    COMPREPLY=()
    # The words up to the cursor. bash has cut them at "=", ":" and "@" as well: pieces without a
    # blank between them are one word.
    local words=() n=-1 i piece blanks rest=${COMP_LINE:0:COMP_POINT}
    for ((i = 0; i <= COMP_CWORD; i++)); do
        blanks=${rest%%[![:blank:]]*}
        rest=${rest:${#blanks}}
        piece=$rest
        ((i < COMP_CWORD)) && piece=${COMP_WORDS[i]}
        if ((n >= 0)) && [[ -z $blanks ]]; then
            words[n]+=$piece
        else
            words[++n]=$piece
        fi
        rest=${rest#"$piece"}
    done

    # Nothing that is typed is evaluated: quotes are taken off, and ~/ is the home directory.
    local current=${words[n]}
    for ((i = 0; i <= n; i++)); do
        words[i]=${words[i]//[\"\'\\]/}
        [[ ${words[i]} == "~/"* ]] && words[i]=$HOME${words[i]:1}
    done
    local answer directive
    answer=$("${words[0]}" __completeNoDesc "${words[@]:1}" 2>/dev/null) || return
    directive=${answer##*:}
    answer=${answer%:*}
    [[ $directive =~ ^[0-9]+$ ]] || return

    # Of "--flag=value" the answer has the value alone. What bash replaces is the last piece, "@" in
    # front of it included, so what is before that has to go, or, where "=" does not cut, to be added.
    local value=$current cut="" add=""
    [[ $current == -*=* ]] && value=${current#*=}
    if [[ $piece == [=:] ]]; then
        piece=""
    elif [[ ${current%"$piece"} == *@ ]]; then
        piece=@$piece
    fi
    if [[ $piece == *"$value" ]]; then
        add=${piece%"$value"}
    else
        cut=${value%"$piece"}
    fi

    local candidate
    ((directive & 2)) && compopt -o nospace
    ((directive & 4)) && compopt +o default
    if ((directive & 16)); then
        compopt -o dirnames
    elif ((directive & 8)); then
        compopt -o filenames
        for candidate in $answer; do
            while IFS= read -r i; do COMPREPLY+=("$i"); done < <(compgen -f -X "!*.$candidate" -- "$piece")
        done
        while IFS= read -r i; do COMPREPLY+=("$i"); done < <(compgen -d -- "$piece")
    else
        while IFS= read -r candidate; do
            [[ -n $candidate ]] && COMPREPLY+=("$add${candidate#"$cut"}")
        done <<<"$answer"
        # What is inserted is quoted, but not for a comma, as %q would.
        if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[!A-Za-z0-9,.:/@=_-]* ]]; then
            COMPREPLY[0]=$(printf %q "${COMPREPLY[0]}")
        fi
    fi
}

complete -o default -F _kubectl_encrypt kubectl-encrypt kubectl-encrypt_at_rest
