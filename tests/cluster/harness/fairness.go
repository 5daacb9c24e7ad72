package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

const (
	flowControl   = "/apis/flowcontrol.apiserver.k8s.io/v1/"
	levelPath     = flowControl + "prioritylevelconfigurations"
	schemaPath    = flowControl + "flowschemas"
	fewSeats      = "few-seats"
	effectTimeout = 30 * time.Second
)

// LimitFairUser gives the user "fair" about so many seats for all requests on Secrets, and so many places in a
// queue before them (0 = refused at once with 429). It waits until the server has put it into effect.
func (c *Client) LimitFairUser(ctx context.Context, seats, queue int) error {
	// A server has 600 seats to give away (--max-requests-inflight and --max-mutating-requests-inflight) in
	// proportion to the shares of all levels, 245 of them in those that Kubernetes makes itself.
	shares := max(1, seats*245/600)
	response := map[string]any{"type": "Reject"}
	if queue > 0 {
		response = map[string]any{"type": "Queue",
			"queuing": map[string]any{"queues": 1, "handSize": 1, "queueLengthLimit": queue}}
	}
	err := c.createNamed(ctx, levelPath, "PriorityLevelConfiguration", map[string]any{"type": "Limited",
		"limited": map[string]any{"nominalConcurrencyShares": shares, "lendablePercent": 0,
			"borrowingLimitPercent": 0, "limitResponse": response}})
	if err != nil {
		return err
	}
	err = c.createNamed(ctx, schemaPath, "FlowSchema", map[string]any{
		"priorityLevelConfiguration": map[string]any{"name": fewSeats}, "matchingPrecedence": 100,
		"rules": []any{map[string]any{
			"subjects": []any{map[string]any{"kind": "User", "user": map[string]any{"name": Fair}}},
			"resourceRules": []any{map[string]any{"verbs": []string{"*"}, "apiGroups": []string{""},
				"resources": []string{"secrets"}, "clusterScope": true, "namespaces": []string{"*"}}}}}})
	if err != nil {
		return err
	}
	return c.untilLimited(ctx)
}

// LiftLimit undoes LimitFairUser.
func (c *Client) LiftLimit(ctx context.Context) error {
	for _, path := range []string{schemaPath, levelPath} {
		if _, err := c.Do(ctx, "DELETE", path+"/"+fewSeats, nil); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) createNamed(ctx context.Context, path, kind string, spec map[string]any) error {
	body, err := json.Marshal(map[string]any{"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": kind,
		"metadata": map[string]any{"name": fewSeats}, "spec": spec})
	if err == nil {
		_, err = c.Do(ctx, "POST", path, body)
	}
	return err
}

func (c *Client) untilLimited(ctx context.Context) error {
	return poll(effectTimeout, func() error {
		levels, err := c.Do(ctx, "GET", "/debug/api_priority_and_fairness/dump_priority_levels", nil)
		if err == nil && !strings.Contains(string(levels), fewSeats+",") {
			err = fmt.Errorf("the API server does not know the priority level %s yet", fewSeats)
		}
		return err
	})
}

// poll repeats until there is no error, and returns the last one after the timeout.
func poll(timeout time.Duration, try func() error) error {
	deadline := time.Now().Add(timeout)
	for {
		err := try()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
