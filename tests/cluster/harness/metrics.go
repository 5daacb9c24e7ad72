package harness

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Writes is how many replace and patch calls on Secrets a server has answered with success since it started,
// those without effect on etcd included; dry runs do not count.
func Writes(ctx context.Context, server *Server) (int, error) {
	client, err := server.Client(Admin)
	if err != nil {
		return 0, err
	}
	text, err := client.Do(ctx, "GET", "/metrics", nil)
	if err != nil {
		return 0, err
	}
	return sumOfWrites(text)
}

var writeLabels = []*regexp.Regexp{
	regexp.MustCompile(`[{,]resource="secrets"[,}]`),
	regexp.MustCompile(`[{,]verb="(PUT|PATCH|APPLY)"[,}]`),
	regexp.MustCompile(`[{,]code="2..?"[,}]`),
	regexp.MustCompile(`[{,]dry_run=""[,}]`),
}

func sumOfWrites(text []byte) (int, error) {
	sum := 0.0
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if !strings.HasPrefix(line, "apiserver_request_total{") || !allMatch(line) {
			continue
		}
		value, err := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:], 64)
		if err != nil {
			return 0, fmt.Errorf("%q: %w", line, err)
		}
		sum += value
	}
	return int(sum), lines.Err()
}

func allMatch(line string) bool {
	for _, label := range writeLabels {
		if !label.MatchString(line) {
			return false
		}
	}
	return true
}
