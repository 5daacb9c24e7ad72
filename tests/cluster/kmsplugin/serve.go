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
	kms "k8s.io/kms/apis/v2"
)

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
	if options.KeyID == "" {
		return errors.New("a plugin has to have a key id")
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
	ended := make(chan error, 2)
	go func() { ended <- server.Serve(calls) }()
	go func() { ended <- http.Serve(control, controlHandler(service)) }()
	return <-ended
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
		if err := json.NewDecoder(request.Body).Decode(&settings); err != nil || settings.KeyID == "" {
			http.Error(response, fmt.Sprintf("no settings with a key id: %v", err), http.StatusBadRequest)
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
