package harness

import "testing"

func TestClassify(t *testing.T) {
	for value, want := range map[string]string{
		"k8s\x00\n\x0c":                   "identity",
		`{"kind":"Secret"}`:               "identity",
		"":                                "identity",
		"k8s:enc:aescbc:v1:key1:\x01\x02": "aescbc/key1",
		"k8s:enc:aesgcm:v1:k-2:\x00":      "aesgcm/k-2",
		"k8s:enc:secretbox:v1:key3:::":    "secretbox/key3",
		"k8s:enc:kms:v2:plugin:\x0a":      "kms/plugin",
		"k8s:enc:kms:v1:old:\x0a":         "kms/old",
		"k8s:enc:rot13:v1:key1:x":         "unknown",
		"k8s:enc:aescbc:v1":               "unknown",
		"k8s:enc:":                        "unknown",
		"k8s:enc:secretbox:v1:" + longName(253) + ":\x00": "secretbox/" + longName(253),
	} {
		if got := Classify([]byte(value)).String(); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func longName(length int) string {
	name := make([]byte, length)
	for i := range name {
		name[i] = 'n'
	}
	return string(name)
}
