//go:build servers

// The servers are behind a build tag: they take minutes to compile, and
// neither `go test ./...` nor `go vet ./...` should pay for that.

package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/options/encryptionconfig/controller"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"

	"kubectl-encrypt/tests/cluster/configoracle"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/manifestoracle"
)

func init() {
	commands["kube-apiserver"] = runAPIServer
	commands["kube-controller-manager"] = runControllerManager
	commands["etcd"] = runEtcd
	commands["kubectl"] = runKubectl
	commands["config-oracle"] = configoracle.Run
	commands["kubelet-sees"] = manifestoracle.Watch
	commands["apiserver-flags"] = manifestoracle.Flags
}

// What Kubernetes leaves open for tests comes before the flags of kube-apiserver.
var forTests = map[string]func(value string) error{
	// An API server is known by a hash of its host's name, so two of one host are the same to the cluster.
	harness.HostnameFlag: func(name string) error {
		server.SetHostnameFuncForTests(name)
		return nil
	},
	harness.ReloadEveryFlag: func(value string) (err error) {
		controller.EncryptionConfigFileChangePollDuration, err = time.ParseDuration(value)
		return err
	},
}

func runAPIServer(args []string) int {
	args, err := takeForTests(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	command := app.NewAPIServerCommand()
	command.SetArgs(args)
	return cli.Run(command)
}

// takeForTests returns the other arguments.
func takeForTests(args []string) ([]string, error) {
	for ; len(args) > 0; args = args[1:] {
		name, value, _ := strings.Cut(args[0], "=")
		set := forTests[name+"="]
		if set == nil {
			break
		}
		if err := set(value); err != nil {
			return nil, fmt.Errorf("%s: %w", args[0], err)
		}
	}
	return args, nil
}

func runControllerManager(args []string) int {
	command := controllers.NewControllerManagerCommand()
	command.SetArgs(args)
	return cli.Run(command)
}

// etcdmain reads the command from the whole argument list and exits itself
// when it fails.
func runEtcd(args []string) int {
	etcdmain.Main(append([]string{"etcd"}, args...))
	return 0
}

// kubectl looks at os.Args by itself, for plugins and for the log level.
func runKubectl(args []string) int {
	os.Args = append([]string{"kubectl"}, args...)
	logs.GlogSetter(kubectl.GetLogVerbosity(os.Args)) //nolint:errcheck
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
	return 0
}
