# What a release binary has beyond Settings.cmake: everything inside, nothing that is not used, and no trace of the
# machine that built it. For `zig c++`, which passes flags of its own to clang:
#
# - it turns libc++'s assertions off in an optimised build, and what a failed one does to "ignore"; both are set anew.
#   A failed assertion traps: a message would hold the path of the toolchain.
# - it turns UBSan on where nothing is optimised, and debug information always; neither is for a release.
target_compile_options(kencrypt_settings INTERFACE
  -U_LIBCPP_HARDENING_MODE -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST
  -U_LIBCPP_ASSERTION_SEMANTIC_DEFAULT
  -D_LIBCPP_ASSERTION_SEMANTIC_DEFAULT=_LIBCPP_ASSERTION_SEMANTIC_QUICK_ENFORCE
  -fno-sanitize=all -g0 -fomit-frame-pointer -ffunction-sections -fdata-sections)

if(CMAKE_SYSTEM_NAME STREQUAL "Darwin")
  # Apple supports no static binary: libSystem alone is left outside.
  target_link_options(kencrypt_settings INTERFACE -Wl,-dead_strip -s)
else()
  # musl takes the size of a thread's stack from the program, else 128 KiB; libcurl's thread that looks up host names
  # runs the resolver on it.
  target_link_options(kencrypt_settings INTERFACE -static -Wl,--gc-sections,--build-id=sha1,-z,stack-size=8388608 -s)
endif()
