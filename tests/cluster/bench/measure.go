package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

//go:embed measure.py
var measurePy string

// meter runs commands and knows what they cost.
type meter struct {
	dir     string
	results []string
}

func newMeter() (*meter, error) {
	dir, err := os.MkdirTemp("", "kencrypt-bench-")
	return &meter{dir: dir}, err
}

func (m *meter) close() { os.RemoveAll(m.dir) }

// command is exec.Command under measurement.
func (m *meter) command(name string, args ...string) *exec.Cmd {
	result := filepath.Join(m.dir, fmt.Sprint(len(m.results)))
	m.results = append(m.results, result)
	return exec.Command("python3", append([]string{"-c", measurePy, result, name}, args...)...)
}

// sample adds up what all commands of this meter cost since started.
func (m *meter) sample(started time.Time) (sample, error) {
	total := sample{wall: time.Since(started)}
	for _, result := range m.results {
		text, err := os.ReadFile(result)
		if err != nil {
			return sample{}, err
		}
		var cpu float64
		var rss int64
		if _, err := fmt.Sscan(string(text), &cpu, &rss); err != nil {
			return sample{}, err
		}
		total.cpu += time.Duration(cpu * float64(time.Second))
		total.rss += rss
	}
	return total, nil
}
