package completion

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// Ctrl-G shows the line as the shell has it, behind this mark, and takes it away. No key that means
// something to a terminal in between is pressed: shells leave their own mode for a moment.
const (
	showKey  = "\x07"
	lineMark = "<<"
	lineEnd  = ">>"
	ready    = "ready-to-type"
)

// shell is an interactive shell that has read a completion script.
type shell struct {
	*kit.Terminal
	t     *testing.T
	shown int // how often the line was shown
}

// How each is started with lines to read, of which the first loads the script.
var setups = map[string]func(t *testing.T, dir, load string) *exec.Cmd{
	"bash": func(t *testing.T, dir, load string) *exec.Cmd {
		file := write(t, dir, "bashrc", "PS1='$ '\n"+load+`
bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
bind 'set show-all-if-ambiguous on'
bind 'set completion-query-items 0'
bind 'set page-completions off'
show() { printf '\n<<%s>>\n' "$READLINE_LINE"; READLINE_LINE= READLINE_POINT=0; }
bind -x '"\C-g": show'
echo `+ready+"\n")
		return exec.Command("bash", "--noprofile", "--rcfile", file, "-i")
	},
	"zsh": func(t *testing.T, dir, load string) *exec.Cmd {
		write(t, dir, ".zshrc", "PS1='$ '\nunsetopt beep auto_menu prompt_sp\nLISTMAX=10000\nautoload -U compinit && compinit -u -D\n"+load+`
show() { zle -I; print -r -- "<<$BUFFER>>"; BUFFER= }
zle -N show
bindkey -e
bindkey '^G' show
print `+ready+"\n")
		command := exec.Command("zsh", "-i")
		command.Env = []string{"ZDOTDIR=" + dir}
		return command
	},
	"fish": func(t *testing.T, dir, load string) *exec.Cmd {
		file := write(t, dir, "config.fish", "set -g fish_greeting\nset -g fish_autosuggestion_enabled 0\nfunction fish_prompt; echo '$ '; end\n"+load+`
function show; printf '\n<<%s>>\n' (commandline); commandline -r ''; commandline -f repaint; end
bind \cg show
echo `+ready+"\n")
		return exec.Command("fish", "--no-config", "-i", "-C", "source "+file)
	},
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	kit.Must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func openShell(t *testing.T, p place, name, load string) *shell {
	t.Helper()
	command := setups[name](t, t.TempDir(), load)
	command.Env = append(command.Env, p.env...)
	command.Dir = p.files
	s := &shell{Terminal: kit.OpenTerminal(t, command, pty.Winsize{Rows: 200, Cols: 200}), t: t}
	s.await("the shell is there", func(text string) bool { return strings.Contains(text, ready) })
	return s
}

func (s *shell) await(what string, condition func(text string) bool) {
	s.t.Helper()
	seen := false
	defer func() {
		if !seen {
			s.t.Logf("on the terminal:\n%s", s.Text())
		}
	}()
	kit.Eventually(s.t, what, func() bool { return condition(s.Text()) })
	seen = true
}

// complete types a beginning and TAB, and returns what the line is then. Keys are read one after the
// other, so that the line is shown only when the completion is done.
func (s *shell) complete(beginning string) string {
	s.t.Helper()
	s.Enter(beginning + "\t" + showKey)
	s.shown++
	s.await("the line is shown", func(text string) bool { return strings.Count(text, lineEnd) >= s.shown })
	parts := strings.Split(s.Text(), lineMark)
	line, _, _ := strings.Cut(parts[s.shown], lineEnd)
	return line
}

// list types a beginning and TAB twice, and returns what the shell writes under the line.
func (s *shell) list(beginning string) string {
	s.t.Helper()
	before := len(s.Text())
	s.complete(beginning + "\t")
	return s.Text()[before:]
}
