package harness

import (
	"fmt"
	"math/rand/v2"
)

// makeType has one function per type of Secret that Kubernetes knows and checks,
// with the data that each demands, and one for a type of somebody's own.
var makeType = []func(*Secret, *rand.Rand, int){
	func(s *Secret, _ *rand.Rand, _ int) { s.Type = "Opaque" },
	func(s *Secret, _ *rand.Rand, _ int) { s.Type = "" }, // the server makes it Opaque
	serviceAccountToken,
	dockerConfig,
	dockerConfigJSON,
	basicAuth,
	sshAuth,
	tlsPair,
	bootstrapToken,
	func(s *Secret, _ *rand.Rand, _ int) { s.Type = "example.com/custom" },
	func(s *Secret, _ *rand.Rand, _ int) { s.Type = "Opaque" },
}

// opaqueAt returns the index of the n-th Secret of the first type.
func opaqueAt(n int) int { return n * len(makeType) }

// serviceAccountToken names an account that exists: a controller manager would
// delete the Secret otherwise.
func serviceAccountToken(s *Secret, random *rand.Rand, _ int) {
	s.Type = "kubernetes.io/service-account-token"
	s.Metadata.Annotations["kubernetes.io/service-account.name"] = "default"
	s.Data["token"] = randomBytes(random, 900)
	s.Data["ca.crt"] = randomBytes(random, 1100)
	s.Data["namespace"] = []byte(s.Metadata.Namespace)
}

func dockerConfig(s *Secret, _ *rand.Rand, i int) {
	s.Type = "kubernetes.io/dockercfg"
	s.Data[".dockercfg"] = fmt.Appendf(nil, `{"registry.example.com":{"auth":%q}}`, encoded(fmt.Sprint("user:", i)))
}

func dockerConfigJSON(s *Secret, _ *rand.Rand, i int) {
	s.Type = "kubernetes.io/dockerconfigjson"
	s.Data[".dockerconfigjson"] = fmt.Appendf(nil, `{"auths":{"registry.example.com":{"auth":%q}}}`, encoded(fmt.Sprint("user:", i)))
}

func basicAuth(s *Secret, random *rand.Rand, i int) {
	s.Type = "kubernetes.io/basic-auth"
	s.Data["username"] = fmt.Appendf(nil, "user-%d", i)
	s.Data["password"] = randomBytes(random, 24)
}

func sshAuth(s *Secret, random *rand.Rand, _ int) {
	s.Type = "kubernetes.io/ssh-auth"
	s.Data["ssh-privatekey"] = randomBytes(random, 1700)
}

// tlsPair: the API server wants both fields but does not look into them.
func tlsPair(s *Secret, random *rand.Rand, _ int) {
	s.Type = "kubernetes.io/tls"
	s.Data["tls.crt"] = randomBytes(random, 1200)
	s.Data["tls.key"] = randomBytes(random, 227)
}

func bootstrapToken(s *Secret, _ *rand.Rand, i int) {
	s.Type = "bootstrap.kubernetes.io/token"
	s.Data["token-id"] = fmt.Appendf(nil, "%06d", i)
	s.Data["token-secret"] = fmt.Appendf(nil, "%016d", i)
	s.Data["usage-bootstrap-authentication"] = []byte("true")
}
