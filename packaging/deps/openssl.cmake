# TLS 1.2 and 1.3 as a client, AES for --decrypt, SHA-2.
set(openssl_platform linux-x86_64)
if(darwin AND CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  set(openssl_platform darwin64-arm64-cc)
elseif(darwin)
  set(openssl_platform darwin64-x86_64-cc)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  set(openssl_platform linux-aarch64)
endif()

set(openssl_options
  no-shared no-module no-dso no-legacy no-engine no-apps no-tests no-docs no-ui-console
  # The machine's openssl.cnf may name providers that a static program cannot load.
  no-autoload-config
  no-ssl3 no-tls1 no-tls1_1 no-dtls no-quic no-sctp no-srtp no-srp no-nextprotoneg no-comp no-ct no-ssl-trace
  no-weak-ssl-ciphers
  no-cms no-cmp no-ts no-ocsp no-rfc3779 no-http
  no-des no-rc2 no-rc4 no-idea no-seed no-bf no-cast no-camellia no-aria no-sm2 no-sm3 no-sm4 no-gost
  no-md4 no-mdc2 no-rmd160 no-whirlpool no-blake2 no-siphash no-siv no-ocb no-scrypt no-argon2
  no-dsa no-ec2m no-ml-dsa no-slh-dsa
  no-multiblock) # of TLS servers

# Its command line and where it is installed get into the library: neither may depend on this machine's paths.
set(openssl_make ${CMAKE_COMMAND} -E env PATH=$ENV{KENCRYPT_DIST_TOOLS}:$ENV{PATH} ${MAKE} -s)
ExternalProject_Add(openssl
  SOURCE_DIR ${KENCRYPT_SOURCES}/openssl
  CONFIGURE_COMMAND ${CMAKE_COMMAND} -E env PATH=$ENV{KENCRYPT_DIST_TOOLS}:$ENV{PATH}
    CC=cc AR=ar RANLIB=ranlib "CFLAGS=${c_flags}" LDFLAGS=
    <SOURCE_DIR>/Configure ${openssl_platform} ${openssl_options} --prefix=/usr --libdir=lib --openssldir=/etc/ssl
  BUILD_COMMAND ${openssl_make} -j${cores} build_libs
  INSTALL_COMMAND ${openssl_make} install_dev INSTALLTOP=${prefix}
  LOG_CONFIGURE ON LOG_BUILD ON LOG_INSTALL ON LOG_OUTPUT_ON_FAILURE ON)
