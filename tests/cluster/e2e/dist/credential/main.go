// credential is a credential plugin without a file that it needs: it answers with the token in CREDENTIAL_TOKEN.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Printf(`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":%q}}`,
		os.Getenv("CREDENTIAL_TOKEN"))
}
