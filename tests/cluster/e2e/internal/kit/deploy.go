package kit

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"sigs.k8s.io/yaml"
)

// DeployFile is the path of a file of the folder deploy.
func DeployFile(parts ...string) string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(append([]string{filepath.Dir(file), "..", "..", "..", "..", "..", "deploy"}, parts...)...)
}

// CronJob is what tests need of that in deploy/kubernetes/status.yaml.
type CronJob struct {
	Kind     string
	Metadata struct{ Name, Namespace string }
	Spec     struct {
		JobTemplate struct {
			Spec struct {
				Template struct {
					Spec struct {
						ServiceAccountName string
						Containers         []struct {
							Command      []string
							VolumeMounts []struct{ MountPath string }
						}
					}
				}
			}
		}
	}
}

// StatusCronJob reads it; its one container's command, and where that writes.
func StatusCronJob(t *testing.T) (job CronJob, command []string, directory string) {
	t.Helper()
	text, err := os.ReadFile(DeployFile("kubernetes", "status.yaml"))
	Must(t, err)
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var one CronJob
		Must(t, yaml.Unmarshal(document, &one))
		if one.Kind == "CronJob" {
			job = one
		}
	}
	containers := job.Spec.JobTemplate.Spec.Template.Spec.Containers
	if len(containers) != 1 || len(containers[0].VolumeMounts) != 1 || len(containers[0].Command) < 2 {
		t.Fatalf("not the CronJob that is known here: %+v", job)
	}
	return job, containers[0].Command, containers[0].VolumeMounts[0].MountPath
}
