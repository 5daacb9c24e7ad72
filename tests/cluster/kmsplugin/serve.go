package kmsplugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"

	"google.golang.org/grpc"
	kmsv1 "k8s.io/kms/apis/v1beta1"
	kms "k8s.io/kms/apis/v2"
)

// A key id has its length in one byte, see WrapV1.
const longestKeyID = 255

// A longer path does not fit into a unix socket address.
const longestSocketPath = 100

// Options say where a plugin listens and how it begins.
type Options struct {
	Socket  string // for API servers: gRPC
	Control string // for tests: HTTP, see Control
	Settings
}

// Serve runs a plugin until one of its listeners fails.
func Serve(options Options) error {
	if err := checkKeyID(options.KeyID); err != nil {
		return err
	}
	calls, err := listen(options.Socket)
	if err != nil {
		return err
	}
	defer calls.Close()
	control, err := listen(options.Control)
	if err != nil {
		return err
	}
	defer control.Close()
	service := newService(options.Settings)
	server := grpc.NewServer()
	kms.RegisterKeyManagementServiceServer(server, service)
	kmsv1.RegisterKeyManagementServiceServer(server, &serviceV1{of: service})
	ended := make(chan error, 2)
	go func() { ended <- server.Serve(calls) }()
	go func() { ended <- http.Serve(control, controlHandler(service)) }()
	return <-ended
}

func checkKeyID(keyID string) error {
	if keyID == "" || len(keyID) > longestKeyID {
		return fmt.Errorf("a plugin has to have a key id of 1 to %d bytes", longestKeyID)
	}
	return nil
}

// listen replaces the socket of a plugin that was killed.
func listen(path string) (net.Listener, error) {
	if len(path) > longestSocketPath {
		return nil, fmt.Errorf("%s is too long for a unix socket: choose a directory of a shorter name", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return net.Listen("unix", path)
}

func controlHandler(service *service) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", func(response http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(response).Encode(service.get())
	})
	mux.HandleFunc("PUT /settings", func(response http.ResponseWriter, request *http.Request) {
		var settings Settings
		err := json.NewDecoder(request.Body).Decode(&settings)
		if err == nil {
			err = checkKeyID(settings.KeyID)
		}
		if err != nil {
			http.Error(response, err.Error(), http.StatusBadRequest)
			return
		}
		service.set(settings)
	})
	mux.HandleFunc("GET /healthz", func(response http.ResponseWriter, _ *http.Request) {
		state := service.get()
		if state.Refuse || state.healthz() != "ok" {
			response.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprintln(response, state.healthz())
	})
	return mux
}
