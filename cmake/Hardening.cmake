# kencrypt_hardening(COMPILE_VARIABLE LINK_VARIABLE)
#
# The flags of the OpenSSF compiler hardening guide that the compiler and the system at hand know. The libraries
# that a release is built from get the same ones (packaging/deps).
function(kencrypt_hardening compile_variable link_variable)
  set(compile -fstack-protector-strong -ftrivial-auto-var-init=zero
    -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing)
  set(link "")
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    list(APPEND compile -fstack-clash-protection)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
      list(APPEND compile -fcf-protection=full)
    elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
      list(APPEND compile -mbranch-protection=standard)
    endif()
    list(APPEND link -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed)
  endif()
  set(${compile_variable} ${compile} PARENT_SCOPE)
  set(${link_variable} ${link} PARENT_SCOPE)
endfunction()
