package tools

import (
	"fmt"
	"strings"
	"time"

	"kubectl-encrypt/tests/cluster/delay"
)

func delayProxy(args []string) error {
	flags := newFlags("delay-proxy")
	listen := flags.String("listen", "127.0.0.1:0", "address to listen at")
	to := flags.String("to", "", "HOST:PORT to forward to; several, with commas between them, take turns")
	roundTrip := flags.Duration("rtt", 20*time.Millisecond, "round trip time to add")
	if err := parse(flags, args, 0, "to"); err != nil {
		return err
	}
	proxy, err := delay.Listen(*listen, *roundTrip, strings.Split(*to, ",")...)
	if err != nil {
		return err
	}
	fmt.Printf("listening on %s\n", proxy.Addr())
	return proxy.Serve()
}
