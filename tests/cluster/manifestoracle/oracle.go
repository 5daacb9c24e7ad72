//go:build servers

// Package manifestoracle says what a kubelet and a kube-apiserver of this module's version make of the manifest of a
// static Pod: the kubelet by its own source of files, which watches a directory, and the API server by its own flags.
package manifestoracle

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/pflag"
	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/record"
	cliflag "k8s.io/component-base/cli/flag"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	"k8s.io/kubernetes/pkg/kubelet/config"
	"k8s.io/kubernetes/pkg/kubelet/types"
)

// A kubelet also lists its directory every 20 seconds; what is tested is that it need not.
const listEvery = time.Hour

var names = map[types.PodOperation]string{
	types.ADD: "ADD", types.DELETE: "DELETE", types.REMOVE: "REMOVE", types.UPDATE: "UPDATE", types.RECONCILE: "RECONCILE",
}

type noObserver struct{}

func (noObserver) ObservedPodOnWatch(klog.Logger, *v1.Pod, time.Time) {}

// Watch prints what a kubelet learns of the static Pods in the directory args[0], an update a line, until standard
// input ends.
func Watch(args []string) int {
	if len(args) != 1 {
		fmt.Fprintln(os.Stderr, "kubelet-sees: one directory is needed")
		return 2
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		io.Copy(io.Discard, os.Stdin) //nolint:errcheck
		cancel()
	}()
	pods := config.NewPodConfig(record.NewFakeRecorder(1000), noObserver{})
	config.NewSourceFile(klog.FromContext(ctx), args[0], "node", listEvery, pods.Channel(ctx, types.FileSource))
	lines := json.NewEncoder(os.Stdout)
	for {
		select {
		case update := <-pods.Updates():
			if err := lines.Encode(map[string]any{"op": names[update.Op], "pods": update.Pods}); err != nil {
				return 1
			}
		case <-ctx.Done():
			return 0
		}
	}
}

// Flags reads the flags as kube-apiserver does, and prints those about encryption at rest.
func Flags(args []string) int {
	server := options.NewServerRunOptions()
	sets := server.Flags()
	flags := pflag.NewFlagSet("kube-apiserver", pflag.ContinueOnError)
	flags.SetNormalizeFunc(cliflag.WordSepNormalizeFunc) // component-base/cli.Run does so
	for _, set := range sets.FlagSets {
		flags.AddFlagSet(set)
	}
	if err := flags.Parse(args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "no arguments are taken: %q\n", flags.Args())
		return 1
	}
	if errs := server.Etcd.Validate(); len(errs) > 0 {
		fmt.Fprintln(os.Stderr, errs)
		return 1
	}
	err := json.NewEncoder(os.Stdout).Encode(map[string]any{
		"config": server.Etcd.EncryptionProviderConfigFilepath,
		"reload": server.Etcd.EncryptionProviderConfigAutomaticReload,
	})
	if err != nil {
		return 1
	}
	return 0
}
