//go:build servers

// The servers are behind a build tag: they take minutes to compile, and
// neither `go test ./...` nor `go vet ./...` should pay for that.

package main

import (
	"os"
	"strings"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/apiserver/pkg/server"
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

	"kubectl-encrypt/tests/cluster/harness"
)

func init() {
	commands["kube-apiserver"] = runAPIServer
	commands["kube-controller-manager"] = runControllerManager
	commands["etcd"] = runEtcd
	commands["kubectl"] = runKubectl
}

// An API server is known by a hash of its host's name, so two of one host are the same to the cluster;
// --test-hostname, as the first argument, gives it another name.
func runAPIServer(args []string) int {
	if len(args) > 0 && strings.HasPrefix(args[0], harness.HostnameFlag) {
		server.SetHostnameFuncForTests(strings.TrimPrefix(args[0], harness.HostnameFlag))
		args = args[1:]
	}
	command := app.NewAPIServerCommand()
	command.SetArgs(args)
	return cli.Run(command)
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
