#compdef kubectl-encrypt kubectl-encrypt_at_rest
# zsh completion for the program kubectl-encrypt. "kubectl encrypt" is completed by kubectl's own
# script, together with kubectl_complete-encrypt on the PATH: see "kubectl encrypt completion --help".
#
#   source <(kubectl-encrypt completion zsh)
# or, in a directory of $fpath, as the file _kubectl-encrypt.

_kubectl-encrypt() {
    # Nothing that is typed is evaluated: quotes are taken off, and ~/ is the home directory.
    local -a asked lines candidates suffix
    local line directive tab=$'\t'
    asked=("${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}")
    asked=("${(@)asked/#\~\//$HOME/}")
    lines=("${(@f)$("${asked[1]}" __complete "${(@)asked[2,-1]}" 2>/dev/null)}")
    directive=${lines[-1]#:}
    [[ $directive == <-> ]] || return 1
    lines[-1]=()

    # Of "--flag=value" the answer has the value alone.
    if [[ $PREFIX == -*=* ]]; then
        IPREFIX+="${PREFIX%%=*}="
        PREFIX=${PREFIX#*=}
    fi

    if ((directive & 16)); then
        _files -/
        return
    elif ((directive & 8)); then
        _files -g "*.(${(j:|:)lines})"
        return
    fi
    for line in "${(@)lines}"; do
        if [[ $line == *$tab* ]]; then
            candidates+=("${${line%%$tab*}//:/\\:}:${line#*$tab}")
        elif [[ -n $line ]]; then
            candidates+=("${line//:/\\:}")
        fi
    done
    ((directive & 2)) && suffix=(-S '')
    _describe completions candidates "${(@)suffix}" && return
    ((directive & 4)) && return 1
    _files
}

if [[ $funcstack[1] == _kubectl-encrypt ]]; then
    _kubectl-encrypt "$@"
else
    compdef _kubectl-encrypt kubectl-encrypt kubectl-encrypt_at_rest
fi
