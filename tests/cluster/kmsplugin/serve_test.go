package kmsplugin

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	kmsv1 "k8s.io/kms/apis/v1beta1"
	kms "k8s.io/kms/apis/v2"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start serves until the test binary ends.
func start(t *testing.T) (*grpc.ClientConn, *Control) {
	t.Helper()
	dir := t.TempDir()
	options := Options{Socket: filepath.Join(dir, "calls"), Control: filepath.Join(dir, "control"), Settings: Settings{KeyID: "kek-1"}}
	go Serve(options)
	control := NewControl(options.Control)
	for deadline := time.Now().Add(10 * time.Second); control.Healthy() != nil; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(control.Healthy())
		}
	}
	connection, err := grpc.NewClient("unix://"+options.Socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	t.Cleanup(func() { connection.Close() })
	return connection, control
}

func TestRotation(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	connection, control := start(t)
	client := kms.NewKeyManagementServiceClient(connection)
	first, err := client.Encrypt(ctx, &kms.EncryptRequest{Plaintext: []byte("seed")})
	must(t, err)
	must(t, control.Change(func(settings *Settings) { settings.KeyID = "kek-2" }))
	answer, err := client.Status(ctx, &kms.StatusRequest{})
	must(t, err)
	if answer.Version != "v2" || answer.Healthz != "ok" || answer.KeyId != "kek-2" || first.KeyId != "kek-1" {
		t.Errorf("%v after %v", answer, first)
	}
	old := &kms.DecryptRequest{Ciphertext: first.Ciphertext, KeyId: first.KeyId, Annotations: first.Annotations}
	opened, err := client.Decrypt(ctx, old)
	must(t, err)
	if string(opened.Plaintext) != "seed" {
		t.Errorf("it comes back as %q", opened.Plaintext)
	}
	other := &kms.DecryptRequest{Ciphertext: first.Ciphertext, KeyId: "kek-2"}
	if _, err := client.Decrypt(ctx, other); status.Code(err) != codes.InvalidArgument {
		t.Errorf("under another key id: %v", err)
	}
	must(t, control.Change(func(settings *Settings) { settings.Lost = []string{"kek-1"} }))
	if _, err := client.Decrypt(ctx, old); status.Code(err) != codes.NotFound {
		t.Errorf("under a lost key: %v", err)
	}
	state, err := control.State()
	must(t, err)
	if state.Encrypts["kek-1"] != 1 || state.Decrypts["kek-1"] != 2 || state.Decrypts["kek-2"] != 1 || state.Statuses != 1 {
		t.Errorf("%+v", state)
	}
}

// Of KMS v1 only the plugin knows which key wraps what.
func TestRotationV1(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	connection, control := start(t)
	client := kmsv1.NewKeyManagementServiceClient(connection)
	version, err := client.Version(ctx, &kmsv1.VersionRequest{Version: "v1beta1"})
	must(t, err)
	if version.Version != "v1beta1" {
		t.Errorf("%v", version)
	}
	wrapped := map[string][]byte{}
	for _, keyID := range []string{"kek-1", "kek-2"} {
		must(t, control.Change(func(settings *Settings) { settings.KeyID = keyID }))
		answer, err := client.Encrypt(ctx, &kmsv1.EncryptRequest{Plain: []byte("key under " + keyID)})
		must(t, err)
		wrapped[keyID] = answer.Cipher
	}
	for keyID, cipher := range wrapped {
		opened, err := client.Decrypt(ctx, &kmsv1.DecryptRequest{Cipher: cipher})
		must(t, err)
		if string(opened.Plain) != "key under "+keyID {
			t.Errorf("it comes back as %q", opened.Plain)
		}
	}
	must(t, control.Change(func(settings *Settings) { settings.Lost = []string{"kek-1"} }))
	if _, err := client.Decrypt(ctx, &kmsv1.DecryptRequest{Cipher: wrapped["kek-1"]}); status.Code(err) != codes.NotFound {
		t.Errorf("under a lost key: %v", err)
	}
	for _, broken := range [][]byte{nil, {200, 'k'}, wrapped["kek-2"][:20]} {
		if _, err := client.Decrypt(ctx, &kmsv1.DecryptRequest{Cipher: broken}); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%q: %v", broken, err)
		}
	}
	must(t, control.Set(Settings{KeyID: "kek-2", Refuse: true}))
	if _, err := client.Encrypt(ctx, &kmsv1.EncryptRequest{}); status.Code(err) != codes.Unavailable {
		t.Errorf("refused with %v", err)
	}
}

func TestBadDays(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	connection, control := start(t)
	client := kms.NewKeyManagementServiceClient(connection)
	must(t, control.Set(Settings{KeyID: "kek-1", Refuse: true}))
	if _, err := client.Status(ctx, &kms.StatusRequest{}); status.Code(err) != codes.Unavailable || control.Healthy() == nil {
		t.Errorf("refused with %v, health %v", err, control.Healthy())
	}
	must(t, control.Set(Settings{KeyID: "kek-1", Healthz: "tired"}))
	if answer, err := client.Status(ctx, &kms.StatusRequest{}); err != nil || answer.Healthz != "tired" || control.Healthy() == nil {
		t.Errorf("%v (%v), health %v", answer, err, control.Healthy())
	}
	if control.Set(Settings{}) == nil {
		t.Error("no key id is accepted")
	}
	must(t, control.Set(Settings{KeyID: "kek-1"}))
	must(t, control.Healthy())
}
