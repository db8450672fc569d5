# Run at build time: writes OUTPUT, a .cpp file that defines the texts of files as std::string_view in mlaasim::study.
# TEXTS: NAME=FILE|NAME=FILE|...
string(REPLACE "|" ";" texts "${TEXTS}")
set(source "#include <string_view>\n\nnamespace mlaasim::study {\n\n")
foreach(text IN LISTS texts)
  string(REGEX REPLACE "=.*" "" name "${text}")
  string(REGEX REPLACE "^[^=]*=" "" path "${text}")
  file(READ "${path}" bytes HEX)
  string(LENGTH "${bytes}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" [['\\x\1',]] bytes "${bytes}")
  string(APPEND source "static constexpr char bytes_of_${name}[] = {${bytes}};\n"
    "extern const std::string_view ${name};\nconst std::string_view ${name}{bytes_of_${name}, ${length}};\n\n")
endforeach()
file(WRITE "${OUTPUT}" "${source}}  // namespace mlaasim::study\n")
