add_test(NAME shop_generator
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/shop_generator_test.sh
          $<TARGET_FILE:audienced-shop>)
set_tests_properties(shop_generator PROPERTIES LABELS ci)

add_test(NAME cookbook
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/cookbook_test.sh
          $<TARGET_FILE:audiencectl> ${PROJECT_SOURCE_DIR}/examples)
set_tests_properties(cookbook PROPERTIES LABELS ci)

# What a README shows of audiencectl.
add_test(NAME readme_output
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/readme_output_test.py
          $<TARGET_FILE_DIR:audiencectl> ${PROJECT_SOURCE_DIR} rules/README.md)
set_tests_properties(readme_output PROPERTIES LABELS ci)

# The clients in other languages. That for Node needs packages of npm.
set(clients_test ${CMAKE_CURRENT_LIST_DIR}/clients_test.py
                 --binary-dir $<TARGET_FILE_DIR:audienced>
                 --work ${CMAKE_CURRENT_BINARY_DIR}/clients)
add_test(NAME example_clients COMMAND ${clients_test} cpp python)
add_test(NAME example_client_node COMMAND ${clients_test} node)
add_test(NAME example_client_farewell
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/farewell_test.py
          --binary-dir $<TARGET_FILE_DIR:audienced>)
set_tests_properties(example_clients example_client_farewell PROPERTIES
  LABELS ci TIMEOUT 300)
set_tests_properties(example_client_node PROPERTIES
  LABELS "ci;npm" TIMEOUT 300 SKIP_RETURN_CODE 77)
