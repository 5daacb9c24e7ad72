package tutorial

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"kubectl-encrypt/tests/cluster/harness"
)

// stored are etcd's own bytes of each Secret, by namespace/name.
func (r *reader) stored() map[string][]byte {
	r.Helper()
	entries, err := r.host.cluster.ReadEtcd(harness.SecretsPrefix)
	if err != nil {
		r.Fatal(err)
	}
	values := map[string][]byte{}
	for _, one := range entries {
		values[strings.TrimPrefix(one.Key, harness.SecretsPrefix)] = one.Value
	}
	return values
}

// plain: whoever has the disk can read this.
func (r *reader) plain(name, content string) {
	r.Helper()
	value := r.stored()["default/"+name]
	if bytes.HasPrefix(value, []byte("k8s:enc:")) || !bytes.Contains(value, []byte(content)) {
		r.Errorf("%s is not in plaintext: %.40q", name, value)
	}
}

// under: a Secret begins with this, and its content is not to be seen.
func (r *reader) under(prefix, name, content string) {
	r.Helper()
	value := r.stored()["default/"+name]
	if !bytes.HasPrefix(value, []byte(prefix)) || bytes.Contains(value, []byte(content)) {
		r.Errorf("%s is not under %s: %.40q", name, prefix, value)
	}
}

// allUnder: every Secret begins with this, be there at least `count` of them.
func (r *reader) allUnder(prefix string, count int) {
	r.Helper()
	values := r.stored()
	for name, value := range values {
		if !bytes.HasPrefix(value, []byte(prefix)) {
			r.Errorf("%s is not under %s: %.40q", name, prefix, value)
		}
	}
	if len(values) != count {
		r.Errorf("%d Secrets, not %d", len(values), count)
	}
}

var keyLine = regexp.MustCompile(`secret: *["']?([A-Za-z0-9+/]{16,}=*)`)

// remember keeps the keys of all configurations, former ones and broken ones too.
func (r *reader) remember() {
	r.Helper()
	if r.keys == nil {
		r.keys = map[string]bool{}
	}
	files, _ := filepath.Glob(filepath.Join(r.host.dir, "enc", "*"))
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // a file that comes and goes
		}
		for _, found := range keyLine.FindAllSubmatch(text, -1) {
			r.keys[string(found[1])] = true
		}
	}
}

// sayNothing: no key was in anything that was printed, in base64 or as it is.
func (r *reader) sayNothing() {
	r.Helper()
	if len(r.keys) < 2 {
		r.Errorf("only %d keys were seen", len(r.keys))
	}
	for key := range r.keys {
		raw, err := base64.StdEncoding.DecodeString(key)
		shown := err == nil && bytes.Contains(r.printed.Bytes(), raw)
		if shown || bytes.Contains(r.printed.Bytes(), []byte(key)) {
			r.Errorf("a key was printed")
		}
	}
}
