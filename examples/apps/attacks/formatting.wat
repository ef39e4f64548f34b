;; Formats the longest numbers into a buffer of one byte.
(module
  (import "env" "printf_native" (func $print (param i32) (result i32)))
  (import "env" "snprintf" (func $format (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 512 512 (pagesize 1))
  (data (i32.const 0) "attacks\00")
  (data (i32.const 64) "%.1074g%.1074g%f%f%.0f%.0f\00")
  (data (i32.const 128) "\ff\ff\ff\ff\ff\ff\ef\7f\01\00\00\00\00\00\00\00")
  (data (i32.const 144) "\ff\ff\ff\ff\ff\ff\ef\7f\ff\ff\ff\ff\ff\ff\ef\7f")
  (data (i32.const 160) "\ff\ff\ff\ff\ff\ff\ef\7f\ff\ff\ff\ff\ff\ff\ef\7f")
  (func (export "main") (result i32)
    (drop (call $print (i32.const 0)))
    (loop $again
      (drop (call $format (i32.const 256) (i32.const 1) (i32.const 64) (i32.const 128)))
      (br $again))
    (i32.const 0)))
