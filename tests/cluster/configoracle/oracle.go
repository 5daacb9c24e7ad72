//go:build servers

// Package configoracle says of encryption configurations whether a kube-apiserver of this module's version would
// start with them: by the server's own loader, which parses, validates and builds, but calls no KMS plugin.
package configoracle

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"k8s.io/apiserver/pkg/server/options/encryptionconfig"
	"k8s.io/apiserver/pkg/storage/value/encrypt/envelope/kmsv2"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/klog/v2"
	kmsservice "k8s.io/kms/pkg/service"
)

// Bits of the byte before each configuration: how the server runs.
const (
	reload = 1 << iota // --encryption-provider-config-automatic-reload
	kmsV1              // --feature-gates=KMSv1=true
)

// Run answers until the end of standard input. A question is one byte of the bits above, the length as four bytes,
// big endian, and the file; the answer is a line "ok", or "refused" and the reason as a Go string.
func Run([]string) int {
	directory, err := os.MkdirTemp("", "config-oracle-")
	if err == nil {
		defer os.RemoveAll(directory)
		err = answer(os.Stdin, os.Stdout, filepath.Join(directory, "config.yaml"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "config-oracle:", err)
		return 1
	}
	return 0
}

func answer(in io.Reader, out io.Writer, path string) error {
	klog.SetLogger(klog.New(nil)) // nobody listens at the sockets
	encryptionconfig.EnvelopeKMSv2ServiceFactory = withoutCalls
	questions, answers := bufio.NewReader(in), bufio.NewWriter(out)
	for {
		how, config, err := question(questions)
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = os.WriteFile(path, config, 0o600)
		}
		if err != nil {
			return err
		}
		if err := load(path, how); err != nil {
			fmt.Fprintf(answers, "refused %q\n", err)
		} else {
			fmt.Fprintln(answers, "ok")
		}
		if err := answers.Flush(); err != nil {
			return err
		}
	}
}

func question(in *bufio.Reader) (how byte, config []byte, err error) {
	if how, err = in.ReadByte(); err != nil {
		return 0, nil, err
	}
	var length uint32
	if err = binary.Read(in, binary.BigEndian, &length); err != nil {
		return 0, nil, err
	}
	config = make([]byte, length)
	_, err = io.ReadFull(in, config)
	return how, config, err
}

func load(path string, how byte) (err error) {
	defer func() {
		if cause := recover(); cause != nil { // as it would end a server
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	if err := utilfeature.DefaultMutableFeatureGate.Set(fmt.Sprintf("KMSv1=%t", how&kmsV1 != 0)); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	_, err = encryptionconfig.LoadEncryptionConfig(ctx, path, how&reload != 0, "oracle")
	return err
}

// withoutCalls makes what the server would, and leaves it aside: that a plugin does not answer is no fault of a file.
func withoutCalls(ctx context.Context, endpoint, name string, timeout time.Duration) (kmsservice.Service, error) {
	if _, err := kmsv2.NewGRPCService(ctx, endpoint, name, timeout); err != nil {
		return nil, err
	}
	return absent{}, nil
}

type absent struct{}

var errAbsent = errors.New("no plugin here")

func (absent) Encrypt(context.Context, string, []byte) (*kmsservice.EncryptResponse, error) {
	return nil, errAbsent
}

func (absent) Decrypt(context.Context, string, *kmsservice.DecryptRequest) ([]byte, error) {
	return nil, errAbsent
}

func (absent) Status(context.Context) (*kmsservice.StatusResponse, error) {
	return nil, errAbsent
}
