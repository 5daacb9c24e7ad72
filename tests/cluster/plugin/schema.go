package plugin

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
)

// CheckSchema compares a document with docs/schema/v1.json, by its kind.
func CheckSchema(document []byte) error {
	var data map[string]any
	if err := json.Unmarshal(document, &data); err != nil {
		return err
	}
	schema, err := schemaOf(fmt.Sprint(data["kind"]))
	if err != nil {
		return err
	}
	return validate.AgainstSchema(schema, data, strfmt.Default)
}

func schemaOf(kind string) (*spec.Schema, error) {
	text, err := os.ReadFile(filepath.Join(repository(), "docs", "schema", "v1.json"))
	if err != nil {
		return nil, err
	}
	var whole struct {
		Defs map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	if _, found := whole.Defs[kind]; !found {
		return nil, fmt.Errorf("docs/schema/v1.json has no kind %q", kind)
	}
	text, err = json.Marshal(expanded(whole.Defs[kind], whole.Defs))
	if err != nil {
		return nil, err
	}
	schema := new(spec.Schema)
	return schema, json.Unmarshal(text, schema)
}

// expanded has each reference replaced by what it means: the validator follows none.
func expanded(part any, definitions map[string]any) any {
	switch part := part.(type) {
	case []any:
		for i := range part {
			part[i] = expanded(part[i], definitions)
		}
	case map[string]any:
		if reference, is := part["$ref"].(string); is {
			return expanded(definitions[strings.TrimPrefix(reference, "#/$defs/")], definitions)
		}
		for name := range part {
			part[name] = expanded(part[name], definitions)
		}
	}
	return part
}
