package harness

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
)

const webhookPath = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"

// WebhookOptions describe a validating webhook on creating and updating Secrets.
type WebhookOptions struct {
	Namespace string // the only one it is asked about
	Broken    bool   // it answers HTTP 500, so the API server does; otherwise it denies, so the API server says 403
}

// Webhook is a running one.
type Webhook struct {
	options  WebhookOptions
	client   *Client
	name     string
	server   *http.Server
	requests atomic.Int64
}

// StartWebhook registers a webhook under the name of its namespace and waits until it is in effect at the first
// API server.
func StartWebhook(cluster *Cluster, options WebhookOptions) (*Webhook, error) {
	client, err := cluster.Client(Admin)
	if err != nil {
		return nil, err
	}
	certificate, err := tls.LoadX509KeyPair(cluster.authority.certPath("serving"), cluster.authority.keyPath("serving"))
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	webhook := &Webhook{options: options, client: client, name: "refuse-" + options.Namespace + ".example.com"}
	webhook.server = &http.Server{Handler: webhook, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}}
	go webhook.server.ServeTLS(listener, "", "")
	if err := webhook.register(listener.Addr().String(), cluster.authority.pem); err != nil {
		webhook.server.Close()
		return nil, err
	}
	return webhook, poll(effectTimeout, func() error {
		if err := webhook.probe(); err != nil {
			return nil
		}
		return fmt.Errorf("the API server does not ask the webhook %s yet", webhook.name)
	})
}

func (w *Webhook) register(address string, ca []byte) error {
	body, err := json.Marshal(map[string]any{
		"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
		"metadata": map[string]any{"name": w.name},
		"webhooks": []any{map[string]any{
			"name": w.name, "sideEffects": "None", "admissionReviewVersions": []string{"v1"}, "failurePolicy": "Fail",
			"clientConfig":      map[string]any{"url": "https://" + address + "/", "caBundle": ca},
			"namespaceSelector": map[string]any{"matchLabels": map[string]string{"kubernetes.io/metadata.name": w.options.Namespace}},
			"rules": []any{map[string]any{"apiGroups": []string{""}, "apiVersions": []string{"v1"},
				"operations": []string{"CREATE", "UPDATE"}, "resources": []string{"secrets"}}},
		}}})
	if err == nil {
		_, err = w.client.Do(context.Background(), "POST", webhookPath, body)
	}
	return err
}

// probe creates a Secret without effect: an error while the webhook is asked.
func (w *Webhook) probe() error {
	secret := newSecret(w.options.Namespace, "webhook-probe", "Opaque")
	body, err := json.Marshal(secret)
	if err == nil {
		path := "/api/v1/namespaces/" + w.options.Namespace + "/secrets?dryRun=All"
		_, err = w.client.Do(context.Background(), "POST", path, body)
	}
	return err
}

// ServeHTTP answers one admission review.
func (w *Webhook) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	w.requests.Add(1)
	var review struct{ Request struct{ UID string } }
	if w.options.Broken || json.NewDecoder(request.Body).Decode(&review) != nil {
		http.Error(response, "out of order", http.StatusInternalServerError)
		return
	}
	response.Header().Set("Content-Type", "application/json")
	json.NewEncoder(response).Encode(map[string]any{
		"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
		"response": map[string]any{"uid": review.Request.UID, "allowed": false,
			"status": map[string]any{"code": http.StatusForbidden, "message": "no Secret of this namespace may be written"}}})
}

// Requests counts the reviews asked for, those of the probes included.
func (w *Webhook) Requests() int64 { return w.requests.Load() }

// Stop removes the webhook and waits until it is out of effect.
func (w *Webhook) Stop() error {
	if _, err := w.client.Do(context.Background(), "DELETE", webhookPath+"/"+w.name, nil); err != nil {
		return err
	}
	defer w.server.Close()
	return poll(effectTimeout, w.probe)
}
