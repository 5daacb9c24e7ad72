// One binary holds everything that the tests, the demo and the benchmark need
// to run a cluster: the servers, kubectl and a few tools. One link instead of
// many, and one thing to cache.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"kubectl-encrypt/tests/cluster/lifeline"
	"kubectl-encrypt/tests/cluster/tools"
)

// command runs with the arguments after its name and returns the exit code.
type command func(args []string) int

// commands maps names to what runs them; servers.go adds the servers to it.
var commands = map[string]command{}

func init() {
	for name, run := range tools.Commands() {
		commands[name] = toolCommand(name, run)
	}
}

func main() {
	if err := lifeline.Watch(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(dispatch(os.Args))
}

// dispatch also looks at the name it was called by, so that a symlink
// "kubectl" to the binary is a kubectl.
func dispatch(args []string) int {
	if run, found := commands[filepath.Base(args[0])]; found {
		return run(args[1:])
	}
	if len(args) > 1 {
		if run, found := commands[args[1]]; found {
			return run(args[2:])
		}
	}
	fmt.Fprintf(os.Stderr, "usage: %s COMMAND [ARGS]\ncommands: %s\n",
		filepath.Base(args[0]), strings.Join(commandNames(), " "))
	return 2
}

func commandNames() []string {
	names := make([]string, 0, len(commands))
	for name := range commands {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func toolCommand(name string, run tools.Tool) command {
	return func(args []string) int {
		if err := run(args); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			return 1
		}
		return 0
	}
}
