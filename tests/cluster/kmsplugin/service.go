package kmsplugin

import (
	"context"
	"maps"
	"slices"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	kms "k8s.io/kms/apis/v2"
)

// Settings are what can be changed while a plugin runs.
type Settings struct {
	KeyID   string   `json:"keyID"`             // wraps; the plugin has the keys of all ids
	Lost    []string `json:"lost,omitempty"`    // but these
	Refuse  bool     `json:"refuse,omitempty"`  // every call fails: the plugin is there, its KMS is not
	Healthz string   `json:"healthz,omitempty"` // what Status says of its health, "" = "ok"
}

func (s Settings) healthz() string {
	if s.Healthz == "" {
		return "ok"
	}
	return s.Healthz
}

func (s Settings) has(keyID string) error {
	if slices.Contains(s.Lost, keyID) {
		return status.Errorf(codes.NotFound, "no key %q", keyID)
	}
	return nil
}

// State is a plugin's settings and what was asked of it since it started.
type State struct {
	Settings
	Statuses int            `json:"statuses"`
	Encrypts map[string]int `json:"encrypts"` // by key id
	Decrypts map[string]int `json:"decrypts"`
}

// service answers the API servers that speak v2.
type service struct {
	kms.UnimplementedKeyManagementServiceServer

	lock  sync.Mutex
	state State
}

func newService(settings Settings) *service {
	return &service{state: State{Settings: settings, Encrypts: map[string]int{}, Decrypts: map[string]int{}}}
}

func (s *service) set(settings Settings) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.state.Settings = settings
}

func (s *service) get() State {
	s.lock.Lock()
	defer s.lock.Unlock()
	state := s.state
	state.Encrypts, state.Decrypts = maps.Clone(state.Encrypts), maps.Clone(state.Decrypts)
	return state
}

// begin counts a call and returns the settings that it is answered by.
func (s *service) begin(count func(*State)) (Settings, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	count(&s.state)
	if s.state.Refuse {
		return s.state.Settings, status.Error(codes.Unavailable, "the KMS is out of reach")
	}
	return s.state.Settings, nil
}

// Status is asked about once a minute; another key id is how an API server learns of a rotation.
func (s *service) Status(context.Context, *kms.StatusRequest) (*kms.StatusResponse, error) {
	settings, err := s.begin(func(state *State) { state.Statuses++ })
	if err != nil {
		return nil, err
	}
	return &kms.StatusResponse{Version: "v2", Healthz: settings.healthz(), KeyId: settings.KeyID}, nil
}

// Encrypt wraps the seed that an API server derives its keys from.
func (s *service) Encrypt(_ context.Context, request *kms.EncryptRequest) (*kms.EncryptResponse, error) {
	settings, err := s.begin(func(state *State) { state.Encrypts[state.KeyID]++ })
	if err != nil {
		return nil, err
	}
	wrapped := Wrap(settings.KeyID, request.Plaintext)
	return &kms.EncryptResponse{Ciphertext: wrapped, KeyId: settings.KeyID, Annotations: Annotations}, nil
}

// Decrypt unwraps under the key id that came with the ciphertext.
func (s *service) Decrypt(_ context.Context, request *kms.DecryptRequest) (*kms.DecryptResponse, error) {
	settings, err := s.begin(func(state *State) { state.Decrypts[request.KeyId]++ })
	if err != nil {
		return nil, err
	}
	if err := settings.has(request.KeyId); err != nil {
		return nil, err
	}
	plaintext, err := Unwrap(request.KeyId, request.Ciphertext)
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "not wrapped by key %q: %v", request.KeyId, err)
	}
	return &kms.DecryptResponse{Plaintext: plaintext}, nil
}
