// Package kubelet is as much of one as static Pods need: the real one's reader of a directory of manifests, and what it
// makes of a Pod before it starts it.
package kubelet

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// APIServer is the name of the container and the program that these tests are about.
const APIServer = "kube-apiserver"

// Pod is what these tests look at of one.
type Pod struct {
	Metadata struct{ Name string }
	Spec     struct {
		Containers []Container
		Volumes    []struct {
			Name     string
			HostPath *struct{ Path, Type string }
		}
	}
}

type Container struct {
	Name          string
	Command, Args []string
	VolumeMounts  []struct {
		Name, MountPath string
		ReadOnly        bool
	}
}

// Update is what the kubelet learns of its directory: ADD, UPDATE, REMOVE, DELETE or RECONCILE of Pods.
type Update struct {
	Op   string
	Pods []Pod
}

// Watch has the kubelet's own source of static Pods watch a directory until the test ends; then the channel is closed.
func Watch(t *testing.T, directory string) <-chan Update {
	t.Helper()
	binary, err := harness.Binary()
	kit.Must(t, err)
	command := exec.Command(binary, "kubelet-sees", directory)
	stdin, err := command.StdinPipe()
	kit.Must(t, err)
	stdout, err := command.StdoutPipe()
	kit.Must(t, err)
	kit.Must(t, command.Start())
	updates, ended := make(chan Update, 1000), make(chan struct{})
	go func() {
		defer close(ended)
		read(stdout, updates)
	}()
	t.Cleanup(func() {
		stdin.Close()
		<-ended
		command.Wait() //nolint:errcheck
	})
	return updates
}

func read(from io.Reader, updates chan<- Update) {
	defer close(updates)
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var one Update
		if json.Unmarshal(lines.Bytes(), &one) == nil {
			updates <- one
		}
	}
}

// Flags is the command line of the API server in a Pod, without the program.
func (p Pod) Flags() (in Container, flags []string, err error) {
	for _, one := range p.Spec.Containers {
		if one.Name != APIServer {
			continue
		}
		all := append(append([]string{}, one.Command...), one.Args...)
		for i, word := range all {
			if filepath.Base(word) == APIServer {
				return one, all[i+1:], nil
			}
		}
		return one, all, nil
	}
	return Container{}, nil, fmt.Errorf("no container %s in the Pod %s", APIServer, p.Metadata.Name)
}

// OnHost is where a path of the container is on the host, "" if no volume has it.
func (p Pod) OnHost(in Container, path string) string {
	deepest, found := "", ""
	for _, mount := range in.VolumeMounts {
		rest, inside := strings.CutPrefix(path, mount.MountPath)
		if !inside || (rest != "" && rest[0] != '/') || len(mount.MountPath) < len(deepest) {
			continue
		}
		deepest, found = mount.MountPath, ""
		for _, volume := range p.Spec.Volumes {
			if volume.Name == mount.Name && volume.HostPath != nil {
				found = volume.HostPath.Path + rest
			}
		}
	}
	return found
}
