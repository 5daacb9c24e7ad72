package tools

import (
	"fmt"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/kmsplugin"
)

// kmsPlugin is a KMS plugin, for v2 and v1, in the foreground.
func kmsPlugin(args []string) error {
	flags := newFlags("kms-plugin")
	var options kmsplugin.Options
	flags.StringVar(&options.Socket, "socket", "", "unix socket for API servers")
	flags.StringVar(&options.Control, "control", "", "unix socket for changes: HTTP")
	flags.StringVar(&options.KeyID, "key-id", harness.FirstKeyID, "id of the key that encrypts")
	if err := parse(flags, args, 0, "socket", "control"); err != nil {
		return err
	}
	return kmsplugin.Serve(options)
}

// kmsSet changes a KMS plugin of a cluster that `up` runs.
func kmsSet(args []string) error {
	flags := newFlags("kms-set")
	dir := flags.String("dir", "", "directory of the cluster")
	name := flags.String("name", "", "name of the plugin")
	keyID := flags.String("key-id", "", "id of the key that encrypts from now on")
	refuse := flags.Bool("refuse", false, "fail every call")
	if err := parse(flags, args, 0, "dir", "name"); err != nil {
		return err
	}
	state, err := harness.ReadState(*dir)
	if err != nil {
		return err
	}
	plugin, found := state.KMS[*name]
	if !found {
		return fmt.Errorf("the cluster in %s has no KMS plugin %q", *dir, *name)
	}
	return kmsplugin.NewControl(plugin.Control).Change(func(settings *kmsplugin.Settings) {
		settings.Refuse = *refuse
		if *keyID != "" {
			settings.KeyID = *keyID
		}
	})
}
