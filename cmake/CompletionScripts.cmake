# kencrypt_completion_scripts(TARGET)
#
# Puts the files of completions/ into the program, which prints and installs them: they are files of
# their own, so that a shell reads and checks them as they are.
function(kencrypt_completion_scripts target)
  set(folder ${PROJECT_SOURCE_DIR}/completions)
  foreach(name kubectl_complete-encrypt kubectl-encrypt.bash kubectl-encrypt.zsh kubectl-encrypt.fish)
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${name})
    string(MAKE_C_IDENTIFIER ${name} variable)
    file(READ ${folder}/${name} ${variable})
  endforeach()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/completion_scripts.cc.in
    ${PROJECT_BINARY_DIR}/generated/completion_scripts.cc @ONLY)
  target_sources(${target} PRIVATE ${PROJECT_BINARY_DIR}/generated/completion_scripts.cc)
endfunction()
