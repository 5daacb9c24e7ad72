# fish completion for the program kubectl-encrypt. "kubectl encrypt" is completed by kubectl's own
# script, together with kubectl_complete-encrypt on the PATH: see "kubectl encrypt completion --help".
#
#   kubectl-encrypt completion fish | source

function __kubectl_encrypt_complete
    # Nothing that is typed is evaluated: fish has taken off the quotes, and ~/ is the home directory.
    set -l words (commandline -opc) (commandline -ct)
    set -l words (string replace -r '^~/' "$HOME/" -- $words)
    set -l lines (command $words[1] __complete $words[2..-1] 2>/dev/null)
    set -l directive (string replace -r '^:' '' -- "$lines[-1]")
    string match -qr '^[0-9]+$' -- "$directive"; or return
    set -e lines[-1]

    # Of "--flag=value" the answer has the value alone, and fish wants the whole word.
    set -l flag (string match -r -- '^-[^=]*=' (commandline -ct))
    set -l value (string replace -- "$flag" '' (commandline -ct))
    if test (math "floor($directive / 16) % 2") = 1
        set lines (__fish_complete_directories "$value")
    else if test (math "floor($directive / 8) % 2") = 1
        set lines (__fish_complete_path "$value")
    else if test (count $lines) = 0; and test (math "floor($directive / 4) % 2") = 0
        set lines (__fish_complete_path "$value")
    end
    for line in $lines
        printf '%s%s\n' "$flag" $line
    end
end

for name in kubectl-encrypt kubectl-encrypt_at_rest
    complete -c $name -f -a '(__kubectl_encrypt_complete)'
end
