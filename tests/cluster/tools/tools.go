// Package tools has the commands of the multi-call binary besides the servers:
// what scripts, the demo and the benchmark need of a cluster.
package tools

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
)

// Tool runs with the arguments after its name.
type Tool func(args []string) error

// Commands returns all tools by name.
func Commands() map[string]Tool {
	return map[string]Tool{
		"up":                up,
		"down":              down,
		"restart-apiserver": restartServer,
		"stop-apiserver":    stopServer,
		"seed":              seed,
		"truth":             truth,
		"etcd-get":          etcdGet,
		"etcd-put":          etcdPut,
		"etcd-delete":       etcdDelete,
		"etcd-summary":      etcdSummary,
		"etcd-snapshot":     etcdSnapshot,
		"etcd-compact":      etcdCompact,
		"delay-proxy":       delayProxy,
		"put-loop":          putLoop,
		"fault-server":      faultServer,
		"kms-plugin":        kmsPlugin,
		"kms-set":           kmsSet,
	}
}

// parse reads flags and checks that those in required are set and that the
// right number of other arguments is there.
func parse(flags *flag.FlagSet, args []string, operands int, required ...string) error {
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(0)
		}
		return err
	}
	for _, name := range required {
		if flags.Lookup(name).Value.String() == "" {
			return fmt.Errorf("--%s is needed", name)
		}
	}
	if flags.NArg() != operands {
		return fmt.Errorf("%d arguments besides the flags, %d wanted: %q", flags.NArg(), operands, flags.Args())
	}
	return nil
}

func newFlags(name string) *flag.FlagSet {
	return flag.NewFlagSet(name, flag.ContinueOnError)
}

// list is a flag that can be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}
