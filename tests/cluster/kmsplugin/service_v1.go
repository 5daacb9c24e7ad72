package kmsplugin

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	kms "k8s.io/kms/apis/v1beta1"
)

// serviceV1 answers the API servers that speak v1, by the same settings and into the same counts.
type serviceV1 struct {
	kms.UnimplementedKeyManagementServiceServer

	of *service
}

// Version is asked once, before anything else.
func (s *serviceV1) Version(context.Context, *kms.VersionRequest) (*kms.VersionResponse, error) {
	if _, err := s.of.begin(func(*State) {}); err != nil {
		return nil, err
	}
	return &kms.VersionResponse{Version: "v1beta1", RuntimeName: "kencrypt-cluster", RuntimeVersion: "1.0.0"}, nil
}

// Encrypt wraps a key of its own for each value: another key id takes effect at once.
func (s *serviceV1) Encrypt(_ context.Context, request *kms.EncryptRequest) (*kms.EncryptResponse, error) {
	settings, err := s.of.begin(func(state *State) { state.Encrypts[state.KeyID]++ })
	if err != nil {
		return nil, err
	}
	return &kms.EncryptResponse{Cipher: WrapV1(settings.KeyID, request.Plain)}, nil
}

// Decrypt finds the key id in the ciphertext.
func (s *serviceV1) Decrypt(_ context.Context, request *kms.DecryptRequest) (*kms.DecryptResponse, error) {
	keyID, plaintext, broken := UnwrapV1(request.Cipher)
	settings, err := s.of.begin(func(state *State) { state.Decrypts[keyID]++ })
	if err != nil {
		return nil, err
	}
	if err := settings.has(keyID); err != nil {
		return nil, err
	}
	if broken != nil {
		return nil, status.Errorf(codes.InvalidArgument, "not wrapped by key %q: %v", keyID, broken)
	}
	return &kms.DecryptResponse{Plain: plaintext}, nil
}
