# Faults at random, against the real daemon and a real PostgreSQL.
set(fault_run ${PROJECT_SOURCE_DIR}/tests/fault/run.py
              --binary-dir $<TARGET_FILE_DIR:audienced>)
add_test(NAME fault_checks
  COMMAND ${PROJECT_SOURCE_DIR}/tests/fault/checks_test.py)
add_test(NAME fault_schedules
  COMMAND ${fault_run} --schedules 8)
set_tests_properties(fault_checks PROPERTIES LABELS ci TIMEOUT 600)
set_tests_properties(fault_schedules PROPERTIES
  LABELS ci TIMEOUT 900 PROCESSORS 2)
add_test(NAME fault_many_schedules
  COMMAND ${fault_run} --schedules 200)
add_test(NAME fault_soak
  COMMAND ${PROJECT_SOURCE_DIR}/tests/fault/soak.py
          --binary-dir $<TARGET_FILE_DIR:audienced>)
set_tests_properties(fault_many_schedules fault_soak PROPERTIES
  LABELS long TIMEOUT 7200 RUN_SERIAL TRUE)
