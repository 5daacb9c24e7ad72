package plugin

import (
	"encoding/json"
	"fmt"
)

// RewriteReport is the document of `rewrite -o json`.
type RewriteReport struct {
	APIVersion       string    `json:"apiVersion"`
	Kind             string    `json:"kind"`
	Resources        []string  `json:"resources"`
	Total            int       `json:"total"`
	Rewritten        int       `json:"rewritten"`
	Unchanged        int       `json:"unchanged"`
	Gone             int       `json:"gone"`
	ConflictsRetried int       `json:"conflictsRetried"`
	Waits            int       `json:"waits"`
	Failed           int       `json:"failed"`
	Failures         []Failure `json:"failures"`
	Interrupted      bool      `json:"interrupted"`
	Seconds          float64   `json:"seconds"`
	Error            string    `json:"error"`
	Strategy         string    `json:"strategy"`
	Passes           []Pass    `json:"passes"`
	Resumed          int       `json:"resumed"` // objects that earlier runs had finished
}

// Pass is one time over everything.
type Pass struct {
	Total     int `json:"total"`
	Rewritten int `json:"rewritten"`
	Unchanged int `json:"unchanged"`
	Gone      int `json:"gone"`
	Failed    int `json:"failed"`
}

// Failure is one object that was not rewritten.
type Failure struct {
	Resource  string `json:"resource"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Reason    string `json:"reason"`
	Message   string `json:"message"`
}

// CoverageReport is the document of `status -o json`.
type CoverageReport struct {
	APIVersion    string   `json:"apiVersion"`
	Kind          string   `json:"kind"`
	WriteKey      *Key     `json:"writeKey"`
	WriteKeyBasis string   `json:"writeKeyBasis"`
	Evidence      string   `json:"evidence"`
	Source        string   `json:"source"` // past the API server: what was read, and how
	Namespaces    []Counts `json:"namespaces"`
	Total         Counts   `json:"total"`
	WriteKeys     []struct {
		Resource string `json:"resource"`
		WriteKey *Key   `json:"writeKey"`
	} `json:"writeKeys"` // where there are several resources
	APIServers      []APIServer `json:"apiServers"`
	APIServersAgree bool        `json:"apiServersAgree"`
	Objects         []Object    `json:"objects"`      // with --find
	Decryption      *Decryption `json:"decryption"`   // with --decrypt
	Residue         []Residue   `json:"residue"`      // of files
	SafeToRemove    *Removal    `json:"safeToRemove"` // with --safe-to-remove
	By              string      `json:"by"`
	Rows            []KeyRow    `json:"rows"` // of --by=key
}

// APIServer is one that has a Lease or was asked.
type APIServer struct {
	ID         string `json:"id"`
	Host       string `json:"host"`
	Address    string `json:"address"` // where it was asked
	ConfigHash string `json:"configHash"`
	Seen       bool   `json:"seen"`
}

// Object is one that was looked for.
type Object struct {
	Resource  string `json:"resource"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// Decryption is what became of opening every value.
type Decryption struct {
	Total      int       `json:"total"`
	Readable   int       `json:"readable"`
	Unchecked  int       `json:"unchecked"`
	Unreadable int       `json:"unreadable"`
	Failures   []Failure `json:"failures"`
}

// Residue is what a file holds besides the current values.
type Residue struct {
	Place    string `json:"place"`
	Provider string `json:"provider"`
	Key      string `json:"key"`
	Values   int    `json:"values"`
}

// Removal is the answer whether a key may go.
type Removal struct {
	Key      string   `json:"key"`
	Safe     bool     `json:"safe"`
	Reasons  []string `json:"reasons"`
	Warnings []string `json:"warnings"`
}

// KeyRow is what is stored under one key, wherever.
type KeyRow struct {
	Provider      *string  `json:"provider"` // nil: the objects of which no key is known
	Key           string   `json:"key"`
	KeyID         string   `json:"keyIdHash"`
	Count         int      `json:"count"`
	Max           int      `json:"max"` // where it differs from Count
	Exact         bool     `json:"exact"`
	States        []string `json:"states"`
	Current       int      `json:"current"`
	Stale         int      `json:"stale"`
	Plaintext     int      `json:"plaintext"`
	Unknown       int      `json:"unknown"`
	Namespaces    int      `json:"namespaces"`
	MaxNamespaces int      `json:"maxNamespaces"` // where it differs from Namespaces
	Resources     []string `json:"resources"`
}

// Key is a provider and one of its keys.
type Key struct {
	Provider string `json:"provider"`
	Key      string `json:"key"`
	KeyID    string `json:"keyIdHash"` // of a KMS, where it can be seen: "sha256:..."
	Count    int    `json:"count"`
	Max      int    `json:"max"` // where it differs from Count
}

// Counts is a row of the coverage report.
type Counts struct {
	Namespace string   `json:"namespace"`
	Resource  string   `json:"resource"`
	Total     int      `json:"total"`
	Current   int      `json:"current"`
	Stale     int      `json:"stale"`
	Plaintext int      `json:"plaintext"`
	Unknown   int      `json:"unknown"`
	Exact     bool     `json:"exact"`
	Keys      []Key    `json:"keys"`
	Notes     []string `json:"notes"`
}

// Decode reads a result's standard output, which must hold one document that the
// schema allows, and nothing else.
func Decode[Report any](result Result) (Report, error) {
	var report Report
	if err := json.Unmarshal([]byte(result.Stdout), &report); err != nil {
		return report, fmt.Errorf("standard output is no JSON document (%w): exit %d\nstdout: %.2000s\nstderr: %.2000s",
			err, result.ExitCode, result.Stdout, result.Stderr)
	}
	if err := CheckSchema([]byte(result.Stdout)); err != nil {
		return report, fmt.Errorf("docs/schema/v1.json does not allow this document: %w\n%.4000s", err, result.Stdout)
	}
	return report, nil
}

// BackupVerification is the document of `backup verify -o json`.
type BackupVerification struct {
	Kind     string   `json:"kind"`
	Verdict  string   `json:"verdict"`
	Reasons  []string `json:"reasons"`
	Evidence string   `json:"evidence"`
	Objects  struct {
		Total      int `json:"total"`
		Encrypted  int `json:"encrypted"`
		Plaintext  int `json:"plaintext"`
		Readable   int `json:"readable"`
		Unchecked  int `json:"unchecked"`
		Unreadable int `json:"unreadable"`
	} `json:"objects"`
	Keys         []NeededKey `json:"keys"`
	UnneededKeys []NeededKey `json:"unneededKeys"`
	Failures     []Failure   `json:"failures"`
}

// NeededKey is one that values need, or claim to be under.
type NeededKey struct {
	Provider    string `json:"provider"`
	Key         string `json:"key"`
	KeyID       string `json:"keyId"`
	Fingerprint string `json:"fingerprint"`
	File        string `json:"file"`
	State       string `json:"state"`
	Objects     int    `json:"objects"`
	Resources   []struct {
		Resource string `json:"resource"`
		Objects  int    `json:"objects"`
	} `json:"resources"`
}
